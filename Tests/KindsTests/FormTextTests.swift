import Kinds
import StrictJSON
import Testing

@Suite("A text of a form")
struct FormTextTests {
  private let schema = #"""
    {
      "type": "object",
      "properties": {
        "text": {"type": "string"}, "count": {"type": "integer"}, "size": {"type": "number"},
        "flag": {"type": "boolean"}, "list": {"type": "array"}, "object": {"type": "object"},
        "word": {"enum": ["a", "1", 2, true, null]}, "blank": {"enum": ["", "a"]}
      }
    }
    """#

  @Test(
    "is read as the type of its property",
    arguments: [
      ("text", "12", .string("12")), ("text", "", .string("")), ("count", "12", .number("12")),
      ("count", "1.5", .number("1.5")), ("size", "-1.50e2", .number("-1.50e2")), ("flag", "true", .bool(true)),
      ("flag", "false", .bool(false)), ("count", "", nil), ("size", "", nil), ("flag", "", nil), ("list", "", nil),
      ("word", "a", .string("a")), ("word", "1", .string("1")), ("word", "2", .number("2")),
      ("word", "true", .bool(true)), ("word", "null", .null), ("word", "b", .string("b")), ("word", "3", .string("3")),
      ("word", "", nil), ("blank", "", .string("")),
    ] as [(String, String, JSON?)])
  func value(property: String, text: String, expected: JSON?) throws {
    #expect(try InputSchema(text: schema).value(of: text, for: property) == expected)
  }

  @Test(
    "is refused where it has another type",
    arguments: [
      ("count", "a", "This must be a whole number."), ("count", " 1", "This must be a whole number."),
      ("count", "01", "This must be a whole number."), ("size", "1,5", "This must be a number."),
      ("size", "[1]", "This must be a number."), ("size", "true", "This must be a number."),
      ("flag", "yes", "This must be true or false."), ("flag", "1", "This must be true or false."),
      ("list", "[]", "This can only be sent as JSON."), ("object", "{}", "This can only be sent as JSON."),
      ("other", "", "This member is not known here."),
    ])
  func refused(property: String, text: String, detail: String) throws {
    let schema = try InputSchema(text: schema)
    #expect(throws: InvalidBody([.init(.root.appending(property), detail)])) {
      try schema.value(of: text, for: property)
    }
  }
}
