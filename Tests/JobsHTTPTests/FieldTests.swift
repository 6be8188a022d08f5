import Testing

@testable import JobsHTTP

@Suite("Header fields")
struct FieldTests {
  @Test(
    "an Accept field that leaves room for JSON is served",
    arguments: [
      nil, "", "*/*", "application/json", "APPLICATION/JSON", "application/*", "text/html, */*;q=0.1",
      "application/json;charset=utf-8", "application/json; q=0.001", "application/json;q=1.000",
      "text/html,application/json",
      "*/*;q=0, application/json", "application/*;q=0, application/json;q=0.5", "garbage", ";;,", "*/* ; q=0.0001",
      #"application/json;profile="a,b;q=0""#, "application/json;q=0, application/json", "text/html;q=0.9,*/*;q=0.8",
      "application/json;level=1;q=0,application/json;q=0.3",
    ])
  func acceptable(value: String?) {
    #expect(Accept.allows(.json, value))
  }

  @Test(
    "an Accept field that excludes JSON is not",
    arguments: [
      "text/html", "text/*", "application/xml", "application/json;q=0", "application/json; Q=0.000", "*/*;q=0",
      "application/*;q=0", "application/json;q=0, */*", "application/*;q=0, */*;q=1", "application/problem+json",
      "text/html, application/xhtml+xml", "application/jsonx", "image/*, garbage", "text/event-stream",
    ])
  func notAcceptable(value: String) {
    #expect(!Accept.allows(.json, value))
  }

  @Test(
    "HTML is preferred by weight, then by the more exact name, and JSON where both are the same",
    arguments: [
      ("text/html", true), ("text/html, */*", true), ("*/*, text/html", true), ("text/*, */*", true),
      ("text/html;q=0.8, application/json;q=0.79", true), ("application/json;q=0.799, text/html;q=0.8", true),
      ("text/html;q=0.0001, application/json;q=0", true), ("text/html;q=0.1,text/html;q=0.9,*/*;q=0.5", true),
      ("text/html, application/*", true), ("text/html;q=.5", true),
      (nil, false), ("", false), ("garbage", false), ("*/*", false), ("application/json", false),
      ("text/html, application/json", false), ("application/json, text/html", false),
      ("text/html;q=0.5, */*", false), ("*/*, text/html;q=0.5", false), ("text/html;q=0, */*;q=0", false),
      ("text/html;q=0.8, application/json;q=0.80", false), ("text/html;q=0, application/xml", false),
      ("text/*, application/*", false), ("text/plain, image/*", false),
      ("text/html;q=0.9, application/json;q=x", false),
    ] as [(String?, Bool)])
  func html(value: String?, isPreferred: Bool) {
    #expect(Accept.prefersHTML(value) == isPreferred)
  }

  @Test(
    "Prefer: wait is read as RFC 7240 writes it",
    arguments: [
      (nil, nil), ("wait=10", 10), ("WAIT=10", 10), ("wait = 10", 10), (#"wait="7""#, 7), ("respond-async, wait=3", 3),
      ("wait=3; foo=bar", 3), ("wait=50", 50), ("wait=51", 50), ("wait=99999999999999999999999", 50),
      ("wait=1,wait=9", 1),
      ("wait=010", 10), ("wait=0", nil), ("wait=-1", nil), ("wait=1.5", nil), ("wait=abc", nil), ("wait=", nil),
      ("wait", nil), ("", nil), ("waiting=3", nil), ("wait=1 2", nil), ("wait=x, wait=5", nil), (#"a="wait=3""#, nil),
      (#"a=",", wait=4"#, 4), ("return=minimal", nil), (#"wait=""#, nil),
      (";wait=10", nil), ("; wait=10, wait=4", 4),
    ] as [(String?, Int?)])
  func prefer(value: String?, seconds: Int?) {
    #expect(Prefer.wait(value) == seconds)
  }

  @Test(
    "If-None-Match is compared weakly, in lists and with a star",
    arguments: [
      (#""s-5""#, true), (#"W/"s-5""#, true), ("*", true), (" * ", true), (#""a", "s-5""#, true),
      (#""a,b" , W/"s-5""#, true),
      (#""a","s-5","b""#, true), (#","s-5""#, true), (#""s-4""#, false), (#""s-55""#, false), ("s-5", false),
      ("", false),
      (#""s-5"#, false), (#"w/"s-5""#, false), (#""a" "b""#, false), (#""*""#, false), (#"W/"#, false), ("*, x", false),
    ])
  func ifNoneMatch(value: String, isNamed: Bool) {
    #expect(EntityTag(store: "s", change: 5).isNamed(in: value) == isNamed)
  }

  @Test("an entity tag differs by store, change, form and scope")
  func tags() {
    #expect(EntityTag(store: "s", change: 5).text == #""s-5""#)
    let tags = [
      EntityTag(store: "s", change: 5), EntityTag(store: "t", change: 5), EntityTag(store: "s", change: 6),
      EntityTag(store: "s", change: 5, form: 2), EntityTag(store: "s", change: 5, scope: "anna"),
      EntityTag(store: "s", change: 5, scope: "bert"),
    ]
    #expect(Set(tags.map(\.text)).count == tags.count)
  }

  @Test(
    "an Idempotency-Key is the same quoted and bare",
    arguments: [
      ("abc", "abc"), (#""abc""#, "abc"), (#""a\"b\\c""#, #"a"b\c"#), (#"a"b"#, #"a"b"#), (#"a\b"#, #"a\b"#),
      ("a,b", "a,b"),
      ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"), ("~!", "~!"),
      (String(repeating: "k", count: 255), String(repeating: "k", count: 255)),
      ("\"" + String(repeating: "k", count: 255) + "\"", String(repeating: "k", count: 255)),
    ])
  func idempotencyKey(value: String, text: String) {
    #expect(IdempotencyKey(value)?.text == text)
  }

  @Test(
    "an Idempotency-Key has 1 to 255 visible ASCII characters",
    arguments: [
      "", #""""#, #"""#, #""abc"#, #""a"b""#, #""a\b""#, #""a\"#, "a b", #""a b""#, "é", "a\tb", #""a";x=1"#, "a, b",
      String(repeating: "k", count: 256), "\"" + String(repeating: "k", count: 256) + "\"", "\u{7f}",
    ])
  func badIdempotencyKey(value: String) {
    #expect(IdempotencyKey(value) == nil)
  }

  @Test(
    "JSON is known by its media type",
    arguments: [
      ("application/json", true), ("Application/JSON; charset=UTF-8", true), (" application/json ;a", true),
      ("application/vnd.shop+json", true), ("text/json", false), ("text/plain", false), ("application/jsonp", false),
      ("application/json, application/json", false), ("application", false), ("", false), ("application/", false),
      ("application/x-www-form-urlencoded", false), ("multipart/form-data; boundary=x", false),
    ])
  func mediaType(value: String, isJSON: Bool) {
    #expect((MediaType(value)?.isJSON ?? false) == isJSON)
  }
}
