import HTTPTypes
import Testing

@testable import FastCGI

@Suite("a request made of CGI parameters")
struct RequestHeadTests {
  static func head(_ parameters: [(String, String)], keeping kept: KeptFields? = nil) -> RequestHead {
    var head = RequestHead(keeping: kept)
    for (name, value) in parameters {
      Array(name.utf8).withUnsafeBytes { name in
        Array(value.utf8).withUnsafeBytes { value in head.take(name: name, value: value) }
      }
    }
    return head
  }

  static func request(_ parameters: [(String, String)]) throws -> Request {
    try #require(head([("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/")] + parameters).request(body: .complete([])))
  }

  @Test("method and raw target come from REQUEST_METHOD and REQUEST_URI")
  func target() throws {
    let head = Self.head([("REQUEST_METHOD", "PATCH"), ("REQUEST_URI", "/a%2Fb//../c%00?q=%20")])
    let request = try #require(head.request(body: .truncated))
    #expect(request.method == .patch)
    #expect(request.target == "/a%2Fb//../c%00?q=%20")
    #expect(request.body == .truncated)
  }

  @Test("what HTTP knows as no method makes no request", arguments: ["", "GE T", "GET\r\n", "é"])
  func method(_ method: String) {
    #expect(Self.head([("REQUEST_METHOD", method), ("REQUEST_URI", "/")]).request(body: .complete([])) == nil)
  }

  @Test(
    "HTTP_ names are header fields",
    arguments: [
      ("HTTP_HOST", "host"), ("HTTP_ACCEPT", "accept"), ("HTTP_USER_AGENT", "user-agent"),
      ("HTTP_IDEMPOTENCY_KEY", "idempotency-key"), ("HTTP_X_1", "x-1"), ("CONTENT_TYPE", "content-type"),
    ])
  func names(_ parameter: String, _ field: String) throws {
    let name = try #require(HTTPField.Name(field))
    let request = try Self.request([(parameter, "a value")])
    #expect(request.headerFields[name] == "a value")
    #expect(request.headerFields.count == 1)
    #expect(request.parameters[parameter] == nil)
  }

  @Test("what isn't a header field is a parameter", arguments: ["REMOTE_USER", "REQUEST_ID", "HTTPS", "SERVER_NAME"])
  func parameters(_ name: String) throws {
    let request = try Self.request([(name, "v"), (name, "second")])
    #expect(request.parameters[name] == "v")
    #expect(request.headerFields.isEmpty)
  }

  @Test("a repeated field is joined with a comma, cookies with a semicolon")
  func repeated() throws {
    let request = try Self.request([
      ("HTTP_PREFER", "wait=5"), ("HTTP_COOKIE", "a=1"), ("HTTP_PREFER", "respond-async"), ("HTTP_COOKIE", "b=2"),
      ("HTTP_ACCEPT", "text/html"), ("HTTP_ACCEPT", "application/json"), ("HTTP_ACCEPT", "*/*"),
    ])
    #expect(request.headerFields[try #require(HTTPField.Name("prefer"))] == "wait=5, respond-async")
    #expect(request.headerFields[.cookie] == "a=1; b=2")
    #expect(request.headerFields[.accept] == "text/html, application/json, */*")
    #expect(request.headerFields[values: .accept].count == 1)
  }

  @Test("only the fields that are asked for are kept, and no others are counted")
  func kept() throws {
    let kept = KeptFields(["prefer", "content-type", "proxy"].compactMap { HTTPField.Name($0) })
    let parameters = [
      ("REQUEST_METHOD", "GET"), ("HTTP_PREFER", "wait=5"), ("HTTP_ACCEPT", "x"), ("CONTENT_TYPE", "a/b"),
      ("HTTP_CONTENT_TYPE", "x"), ("HTTP_PROXY", "x"), ("HTTP_PREFER", "b"), ("HTTP_PREFERS", "x"), ("HTTP_", "x"),
    ]
    let cookies = repeatElement(("HTTP_COOKIE", "a=b; c=d"), count: 600)
    let request = try #require(Self.head(parameters + cookies, keeping: kept).request(body: .complete([])))
    #expect(
      request.headerFields.map { "\($0.name.canonicalName): \($0.value)" } == [
        "prefer: wait=5, b", "content-type: a/b",
      ])
    #expect(!request.hasTooManyFields)
    let none = try #require(Self.head(parameters, keeping: KeptFields([])).request(body: .complete([])))
    #expect(none.headerFields.isEmpty)
  }

  @Test("more than 100 lines of fields, or 64 KiB of values, are not kept, and the request says so")
  func tooMany() throws {
    let lines = try Self.request(Array(repeating: ("HTTP_ACCEPT", "*/*"), count: 100))
    #expect(!lines.hasTooManyFields && lines.headerFields[.accept]?.count == 100 * 5 - 2)
    let more = try Self.request(Array(repeating: ("HTTP_ACCEPT", "*/*"), count: 20_000))
    #expect(more.hasTooManyFields && more.headerFields[.accept]?.count == 100 * 5 - 2)
    let long = String(repeating: "a", count: 1 << 15)
    #expect(try !Self.request([("HTTP_A", long), ("HTTP_B", long)]).hasTooManyFields)
    let longer = try Self.request([("HTTP_A", long), ("HTTP_B", long), ("HTTP_PREFER", "b"), ("REQUEST_ID", long)])
    #expect(longer.hasTooManyFields && longer.headerFields.count == 2)
  }

  @Test(
    "Proxy, names that are none, a length twice and an empty type are left out",
    arguments: [
      ("HTTP_PROXY", ""), ("HTTP_PROXY", "x"), ("HTTP_", "x"), ("HTTP_A B", "x"), ("HTTP_CONTENT_LENGTH", "5"),
      ("HTTP_CONTENT_TYPE", "x"),
      ("CONTENT_TYPE", ""),
    ])
  func leftOut(_ name: String, _ value: String) throws {
    #expect(try Self.request([(name, value)]).headerFields.isEmpty)
  }

  @Test("an empty field is there, and is not a missing one", arguments: ["IDEMPOTENCY_KEY", "X_ANYTHING"])
  func emptyField(_ name: String) throws {
    let request = try Self.request([("HTTP_" + name, "")])
    #expect(request.headerFields.map(\.value) == [""])
  }

  @Test(
    "CONTENT_LENGTH is a number of bytes, absent, or impossible",
    arguments: [
      ("0", .bytes(0)), ("5", .bytes(5)), ("007", .bytes(7)), ("9223372036854775807", .bytes(.max)), ("", .absent),
      ("-1", .impossible), ("+1", .impossible), ("99999999999999999999", .impossible), ("1e3", .impossible),
      (" 5", .impossible), ("5,5", .impossible), ("0x10", .impossible),
    ] as [(String, RequestHead.ContentLength)])
  func contentLength(_ text: String, _ expected: RequestHead.ContentLength) {
    #expect(Self.head([("CONTENT_LENGTH", text)]).contentLength == expected)
  }

  @Test("without CONTENT_LENGTH it is absent")
  func noContentLength() {
    #expect(Self.head([]).contentLength == .absent)
  }
}
