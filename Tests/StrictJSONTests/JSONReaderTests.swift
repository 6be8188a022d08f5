import Testing

@testable import StrictJSON

@Suite("The JSON reader")
struct JSONReaderTests {
  @Test(
    "reads what RFC 8259 allows",
    arguments: [
      ("null", JSON.null), (" true\r\n", .bool(true)), ("\tfalse", .bool(false)), (#""""#, .string("")),
      ("[]", .array([])), ("{}", .object([])), ("[ ]", .array([])), ("{ }", .object([])),
      ("[1, 2]", .array([.number("1"), .number("2")])),
      (#"{"a" : [ {} ] }"#, .object([.init("a", .array([.object([])]))])),
      (#"{"a":1,"a":2}"#, .object([.init("a", .number("1")), .init("a", .number("2"))])),
      (#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC""#, .string("\"\\/\u{8}\u{C}\n\r\tAé€")),
      (#""a\ud83d\uDE00b""#, .string("a😀b")), (#""\u0000""#, .string("\0")), ("\"\u{7f}é😀\"", .string("\u{7f}é😀")),
      (#""\\u0041""#, .string(#"\u0041"#)),
    ])
  func valid(text: String, expected: JSON) throws {
    #expect(try JSONReader.read(Array(text.utf8)) == expected)
  }

  @Test(
    "keeps the text of numbers",
    arguments: [
      "0", "-0", "0.0", "19.90", "100.00", "1e400", "1E-400", "0e9999999999", "1.5e+3", "-12.5",
      "12345678901234567890.1",
    ])
  func numbers(text: String) throws {
    #expect(try JSONReader.read(Array(text.utf8)) == .number(text))
    #expect(try JSONReader.read(Array("[\(text)]".utf8)) == .array([.number(text)]))
  }

  @Test(
    "refuses what RFC 8259 forbids",
    arguments: [
      ("", MalformedJSON.Reason.empty), (" \n", .empty), ("\u{FEFF}{}", .byteOrderMark), ("{} {}", .trailingBytes),
      ("1 2", .trailingBytes), ("{}x", .trailingBytes), ("{}\0", .trailingBytes), ("[1", .unexpectedEnd),
      ("{", .unexpectedEnd), (#"{"a""#, .unexpectedEnd), (#"{"a":"#, .unexpectedEnd), ("\"abc", .unexpectedEnd),
      ("tru", .unexpectedEnd), ("-", .unexpectedEnd), ("1.", .unexpectedEnd), ("1e", .unexpectedEnd),
      ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte), ("{,}", .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte),
      ("{a:1}", .unexpectedByte), ("{1:1}", .unexpectedByte), (#"{"a" 1}"#, .unexpectedByte), ("'a'", .unexpectedByte),
      ("True", .unexpectedByte), ("nulL", .unexpectedByte), ("NaN", .unexpectedByte), ("Infinity", .unexpectedByte),
      ("[1 2]", .unexpectedByte), ("[1}", .unexpectedByte), ("\u{A0}1", .unexpectedByte), ("/**/1", .unexpectedByte),
      ("+1", .unexpectedByte), (".5", .unexpectedByte), ("01", .invalidNumber), ("-01", .invalidNumber),
      ("1.e5", .invalidNumber), ("-a", .invalidNumber), ("1e+", .unexpectedEnd), ("0x10", .trailingBytes),
      (#""\x""#, .invalidEscape), (#""\u12g4""#, .invalidEscape), (#""\u12"#, .unexpectedEnd), (#""\"#, .unexpectedEnd),
      (#""\U0041""#, .invalidEscape), (#""\ud800""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate),
      (#""\ud800\ud800""#, .loneSurrogate), (#""\ud800x""#, .loneSurrogate), (#""\ud800\n""#, .loneSurrogate),
      ("\"a\nb\"", .controlCharacter), ("\"\t\"", .controlCharacter), ("\"\0\"", .controlCharacter),
    ])
  func malformed(text: String, reason: MalformedJSON.Reason) {
    let error = #expect(throws: MalformedJSON.self) { try JSONReader.read(Array(text.utf8)) }
    #expect(error?.reason == reason)
  }

  @Test(
    "refuses bytes that are not UTF-8",
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0x80, 0x22],
      [0x7B, 0x22, 0xE2, 0x82, 0x22, 0x3A, 0x31, 0x7D],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    let error = #expect(throws: MalformedJSON.self) { try JSONReader.read(bytes) }
    #expect(error?.reason == .invalidUTF8)
  }

  @Test("reads UTF-16 as malformed", arguments: [[0xFF, 0xFE, 0x31, 0x00], [0x00, 0x31]] as [[UInt8]])
  func utf16(bytes: [UInt8]) {
    #expect(throws: MalformedJSON.self) { try JSONReader.read(bytes) }
  }

  @Test("goes 32 levels deep and no further, unless it is told so", arguments: [("[", "]"), (#"{"a":"#, "}")])
  func nesting(open: String, close: String) throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
    }
    _ = try JSONReader.read(nested(32))
    let error = #expect(throws: MalformedJSON.self) { try JSONReader.read(nested(33)) }
    #expect(error?.reason == .tooDeep(limit: 32))
    #expect(throws: MalformedJSON.self) { try JSONReader.read(Array(String(repeating: open, count: 100_000).utf8)) }
    _ = try JSONReader.read(nested(64), nesting: 64)
    let deeper = #expect(throws: MalformedJSON.self) { try JSONReader.read(nested(65), nesting: 64) }
    #expect(deeper?.reason == .tooDeep(limit: 64))
  }

  @Test(
    "takes at most about eight times the memory of its bytes: a body of tiny values is refused, a usual one is not",
    arguments: [
      ("[", "[0]", 300_000, "]", false), ("[", "0", 2_000_000, "]", false), ("{", #""":0"#, 800_000, "}", false),
      ("[", #"{"":0}"#, 150_000, "]", false), ("[", "0", 50_000, "]", true), ("[", "19.95", 700_000, "]", true),
      ("{", #""a":1"#, 200_000, "}", true), ("[", #""of some length""#, 200_000, "]", true),
      ("[", #"{"name":"a","value":"of some length"}"#, 100_000, "]", true),
    ])
  func memory(open: String, element: String, count: Int, close: String, isTaken: Bool) throws {
    let text = open + repeatElement(element, count: count).joined(separator: ",") + close
    guard isTaken else {
      let error = #expect(throws: MalformedJSON.self) { try JSONReader.read(Array(text.utf8)) }
      #expect(error?.reason == .tooManyValues)
      return
    }
    switch try JSONReader.read(Array(text.utf8)) {
    case .array(let elements): #expect(elements.count == count && elements.capacity < count + count / 8)
    case .object(let members): #expect(members.count == count && members.capacity < count + count / 8)
    default: Issue.record("neither")
    }
  }

  @Test("knows how many children the large arrays and objects of a document have, in the order in which it needs it")
  func sizes() {
    let nine = repeatElement(" [ ] ", count: 9).joined(separator: ",")
    let text = "[1,2,3,4,5,6,7,8, [\(nine)], {\"a[,\\\"]\":[1,2]}, \"},]\", [\(nine),\(nine)]]"
    #expect(sizes(of: text).counts == [12, 9, 18])
    #expect(sizes(of: "[[1,2,3,4,5,6,7,8],1,2,3,4,5,6,7]").counts == [8, 8])
    for broken in ["]", "}}", "[,,,,,,,,,", "\"", "[\"\\", ",", ""] { _ = sizes(of: broken) }
  }

  private func sizes(of text: String) -> JSONSizes {
    Array(text.utf8).withUnsafeBufferPointer { JSONSizes($0, nesting: 32) }
  }

  @Test("takes any number of values where memory is not bounded")
  func unbounded() throws {
    let text = "[" + repeatElement("[0]", count: 30_000).joined(separator: ",") + "]"
    #expect(throws: MalformedJSON.self) { try JSONReader.read(Array(text.utf8)) }
    let json = try JSONReader.read(Array(text.utf8), boundsMemory: false)
    #expect(json == .array(Array(repeating: .array([.number("0")]), count: 30_000)))
  }

  @Test("siblings do not count as nesting")
  func siblings() throws {
    _ = try JSONReader.read(Array("[\(Array(repeating: "[]", count: 100).joined(separator: ","))]".utf8))
  }

  @Test("says how many bytes were fine")
  func offset() {
    let error = #expect(throws: MalformedJSON.self) { try JSONReader.read(Array(#"{"a":tru1}"#.utf8)) }
    #expect(error == MalformedJSON(reason: .unexpectedByte, offset: 8))
  }

  @Test("no truncation of a document is a document")
  func truncations() {
    let text = Array(#"{"products":["y","é\n\ud83d\ude00"],"amount":2.5e1,"x":[true,null,{}]}"#.utf8)
    for length in 0..<text.count {
      #expect(throws: MalformedJSON.self) { try JSONReader.read(Array(text[..<length])) }
    }
  }
}
