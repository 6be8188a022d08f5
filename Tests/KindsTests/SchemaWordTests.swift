import Kinds
import Testing

@Suite("A word of a schema")
struct SchemaWordTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let schema, accepted, refused, fault: String

    init(_ schema: String, accepts accepted: String, refuses refused: String, _ fault: String) {
      self.schema = schema
      self.accepted = accepted
      self.refused = refused
      self.fault = fault
    }

    var testDescription: String { "\(schema) \(refused)" }
  }

  static let types = [
    Example(#"{"type":"object"}"#, accepts: "{}", refuses: "[]", "/a This must be an object."),
    Example(#"{"type":"object"}"#, accepts: "{}", refuses: #"{"b":1}"#, "/a/b This member is not known here."),
    Example(#"{"type":"array"}"#, accepts: "[1,{}]", refuses: "{}", "/a This must be an array."),
    Example(#"{"type":"string"}"#, accepts: #""""#, refuses: "1", "/a This must be a string."),
    Example(#"{"type":"integer"}"#, accepts: "1.0", refuses: "1.5", "/a This must be a whole number."),
    Example(#"{"type":"integer"}"#, accepts: "-1e2", refuses: #""1""#, "/a This must be a whole number."),
    Example(#"{"type":"number"}"#, accepts: "1.5", refuses: "null", "/a This must be a number."),
    Example(#"{"type":"boolean"}"#, accepts: "false", refuses: #""true""#, "/a This must be true or false."),
  ]

  static let items = [
    Example(
      #"{"type":"array","items":{"type":"object"}}"#, accepts: "[{}]", refuses: "1",
      "/a This must be an array of objects."),
    Example(
      #"{"type":"array","items":{"type":"array"}}"#, accepts: "[[]]", refuses: "1",
      "/a This must be an array of arrays."),
    Example(
      #"{"type":"array","items":{"type":"string"}}"#, accepts: #"["b"]"#, refuses: "1",
      "/a This must be an array of strings."),
    Example(
      #"{"type":"array","items":{"type":"number"}}"#, accepts: "[1]", refuses: "1",
      "/a This must be an array of numbers."),
    Example(
      #"{"type":"array","items":{"type":"integer"}}"#, accepts: "[1]", refuses: "1",
      "/a This must be an array of whole numbers."),
    Example(
      #"{"type":"array","items":{"type":"boolean"}}"#, accepts: "[true]", refuses: "1",
      "/a This must be an array of true and false values."),
    Example(
      #"{"type":"array","items":{"type":"string"}}"#, accepts: "[]", refuses: #"["b",null]"#,
      "/a/1 This must be a string."),
    Example(
      #"{"type":"array","minItems":1}"#, accepts: "[1]", refuses: "[]", "/a There must be at least one item."),
    Example(
      #"{"type":"array","minItems":2}"#, accepts: "[1,1]", refuses: "[1]", "/a There must be at least 2 items."),
    Example(
      #"{"type":"array","maxItems":1}"#, accepts: "[1]", refuses: "[1,2]", "/a There must be at most one item."),
    Example(
      #"{"type":"array","maxItems":2.0}"#, accepts: "[1,2]", refuses: "[1,2,3]", "/a There must be at most 2 items."),
    Example(
      #"{"type":"array","uniqueItems":true}"#, accepts: #"[1,"1",true]"#, refuses: "[1,2,1.0]",
      "/a/2 This item is there more than once."),
  ]

  static let limits = [
    Example(#"{"type":"number","minimum":0}"#, accepts: "-0.0", refuses: "-1e-9", "/a This must not be negative."),
    Example(#"{"type":"number","minimum":1.5}"#, accepts: "1.50", refuses: "1.49", "/a This must be at least 1.5."),
    Example(#"{"type":"integer","maximum":9}"#, accepts: "9", refuses: "1e1", "/a This must be at most 9."),
    Example(
      #"{"type":"number","maximum":1000000000000000}"#, accepts: "1e15", refuses: "1e16",
      "/a This must be at most 10^15."),
    Example(
      #"{"type":"number","exclusiveMinimum":0}"#, accepts: "1e-999999999999999999999", refuses: "0",
      "/a This must be more than 0."),
    Example(
      #"{"type":"number","exclusiveMaximum":1}"#, accepts: "0.99999999999999999999999999", refuses: "1.0",
      "/a This must be less than 1."),
    Example(#"{"type":"string","minLength":1}"#, accepts: #""b""#, refuses: #""""#, "/a This must not be empty."),
    Example(
      #"{"type":"string","minLength":2}"#, accepts: #""e\u0301""#, refuses: #""é""#,
      "/a This must have at least 2 characters."),
    Example(
      #"{"type":"string","maxLength":1}"#, accepts: #""😀""#, refuses: #""e\u0301""#,
      "/a This must have at most 1 character."),
    Example(
      #"{"type":"string","maxLength":2}"#, accepts: #""👩🏽""#, refuses: #""bcd""#,
      "/a This must have at most 2 characters."),
  ]

  static let values = [
    Example(
      #"{"enum":["jpeg","png"]}"#, accepts: #""png""#, refuses: #""PNG""#, #"/a This must be one of "jpeg", "png"."#),
    Example(
      #"{"type":"integer","enum":[1,2]}"#, accepts: "2.0", refuses: "true", "/a This must be one of 1, 2."),
    Example(#"{"const":{"b":[1]}}"#, accepts: #"{"b":[1e0]}"#, refuses: "{}", #"/a This must be {"b":[1]}."#),
    Example(#"{"enum":[null,1],"const":null}"#, accepts: "null", refuses: "1", "/a This must be null."),
    Example(
      #"{"type":"string","format":"date"}"#, accepts: #""2024-02-29""#, refuses: #""2023-02-29""#,
      "/a This must be a date such as 2026-02-28."),
    Example(
      #"{"type":"string","format":"date-time"}"#, accepts: #""2024-02-29T00:00:00+01:00""#,
      refuses: #""2024-02-29T00:00:00""#,
      "/a This must be a date and a time with an offset, such as 2026-02-28T12:30:00Z."),
    Example(
      #"{"type":"string","format":"uri"}"#, accepts: #""urn:isbn:1""#, refuses: #""//example.org""#,
      "/a This must be an absolute URI such as https://example.org/a."),
    Example(
      #"{"type":"object","properties":{"b":{"type":"string"}},"required":["b"]}"#, accepts: #"{"b":""}"#, refuses: "{}",
      "/a/b This member is missing."),
    Example(
      #"{"title":"T","description":"D","type":"boolean","default":true,"examples":[true,false]}"#, accepts: "true",
      refuses: "0", "/a This must be true or false."),
  ]

  @Test("accepts one value and refuses another", arguments: types + items + limits + values)
  func word(example: Example) throws {
    #expect(try faults(ofA: example.accepted, under: example.schema) == [])
    #expect(try faults(ofA: example.refused, under: example.schema) == [example.fault])
  }

  @Test("lists as many values as fit into a line")
  func manyChoices() throws {
    let numbers = (100..<200).map(String.init).joined(separator: ",")
    let fault = try faults(ofA: "1", under: #"{"enum":[\#(numbers)]}"#).first
    #expect(fault?.hasPrefix("/a This must be one of 100, 101,") == true)
    #expect(fault?.hasSuffix(", 139 and 60 more.") == true)
  }

  @Test("refuses for two reasons at once")
  func twoFaults() throws {
    #expect(
      try faults(ofA: #""not a date""#, under: #"{"type":"string","format":"date","maxLength":4}"#) == [
        "/a This must have at most 4 characters.", "/a This must be a date such as 2026-02-28.",
      ])
    #expect(
      try faults(ofA: "0.5", under: #"{"type":"integer","minimum":1}"#) == [
        "/a This must be a whole number.", "/a This must be at least 1.",
      ])
  }
}
