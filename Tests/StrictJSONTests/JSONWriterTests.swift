import StrictJSON
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test("writes whole numbers", arguments: [0, 1, -1, 9, 10, 1_234_567_890, Int64.max, .min])
  func integers(value: Int64) {
    #expect(written { $0.integer(value) } == String(value))
  }

  @Test(
    "writes parts of dates and fractions with leading zeros, and no more digits than asked for",
    arguments: [(7, 1, "7"), (7, 3, "007"), (0, 2, "00"), (1234, 2, "34"), (2026, 4, "2026"), (5, 0, "")])
  func digits(value: Int, count: Int, expected: String) {
    #expect(written { $0.digits(value, count: count) } == expected)
  }

  @Test(
    "escapes what has to be escaped and nothing else",
    arguments: [
      ("", #""""#), ("plain é😀", #""plain é😀""#), ("a\"b\\c/d", #""a\"b\\c/d""#),
      ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#), ("\0\u{1}\u{1f}\u{7f}", "\"\\u0000\\u0001\\u001f\u{7f}\""),
      ("\u{2028}", "\"\u{2028}\""), ("\"", #""\"""#), ("\n\n", #""\n\n""#),
      ("é\nlong enough to need memory of its own\n😀", #""é\nlong enough to need memory of its own\n😀""#),
    ])
  func strings(text: String, expected: String) throws {
    let json = written { $0.string(text) }
    #expect(json == expected)
    #expect(try JSONReader.read(Array(json.utf8)) == .string(text))
  }

  @Test(
    "writes any value as it was read",
    arguments: [
      "null", "true", "-0.10e1", #""a\"b""#, "[]", "{}", "[1,[2,{}],false]", #"{"b":1,"a":[{"b":null}],"b":2}"#,
    ])
  func values(text: String) throws {
    let value = try JSONReader.read(Array(text.utf8))
    #expect(written { $0.value(value) } == text)
  }
}
