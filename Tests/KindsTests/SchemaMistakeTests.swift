import Kinds
import StrictJSON
import Testing

@Suite("A mistake in a schema")
struct SchemaMistakeTests {
  static let words =
    "type, properties, required, items, enum, const, default, minimum, maximum, exclusiveMinimum, exclusiveMaximum, "
    + "minLength, maxLength, minItems, maxItems, uniqueItems, format, title, description, examples"

  /// In the schema of the property `a`.
  static let ofA: [(schema: String, line: String)] = [
    ("true", "/properties/a: A schema must be an object."),
    (
      "{}",
      "/properties/a: \"type\" is missing: one of object, array, string, integer, number, boolean. "
        + "A schema with \"enum\" or \"const\" may leave it out."
    ),
    (
      #"{"type":"null"}"#, "/properties/a/type: This must be one of object, array, string, integer, number, boolean."
    ),
    (
      #"{"type":["string","integer"]}"#,
      "/properties/a/type: This must be one of object, array, string, integer, number, boolean."
    ),
    (
      ##"{"$ref":"#/$defs/b"}"##, "/properties/a/$ref: This word is not supported. Supported are \(words)."
    ),
    (
      #"{"type":"object","additionalProperties":false}"#,
      "/properties/a/additionalProperties: This word is not supported. Supported are \(words)."
    ),
    (
      #"{"type":"number","a/b\n":1}"#,
      #"/properties/a/a~1b\u{a}: This word is not supported. Supported are \#(words)."#
    ),
    (
      #"{"type":"integer","minLength":1}"#,
      "/properties/a/minLength: This word is not allowed with type integer. Allowed are type, enum, const, default, "
        + "minimum, maximum, exclusiveMinimum, exclusiveMaximum, title, description, examples."
    ),
    (
      #"{"enum":[1],"minimum":1}"#,
      "/properties/a/minimum: This word is not allowed without a type. Allowed are type, enum, const, default, title, "
        + "description, examples."
    ),
    (#"{"type":"object","properties":[]}"#, "/properties/a/properties: This must be an object."),
    (#"{"type":"object","required":"b"}"#, "/properties/a/required: This must be an array."),
    (#"{"type":"object","required":[1]}"#, "/properties/a/required/0: This must be a string."),
    (#"{"type":"object","required":["b"]}"#, "/properties/a/required/0: This must be the name of a property."),
    (
      #"{"type":"object","properties":{"b":{"const":1}},"required":["b","b"]}"#,
      "/properties/a/required/1: This name is there more than once."
    ),
    (#"{"type":"array","items":[]}"#, "/properties/a/items: A schema must be an object."),
    (
      #"{"type":"array","items":{"type":"text"}}"#,
      "/properties/a/items/type: This must be one of object, array, string, integer, number, boolean."
    ),
    (
      #"{"type":"array","minItems":-1}"#,
      "/properties/a/minItems: This must be a whole number from 0 to 999999999999999."
    ),
    (
      #"{"type":"array","maxItems":1.5}"#,
      "/properties/a/maxItems: This must be a whole number from 0 to 999999999999999."
    ),
    (
      #"{"type":"string","maxLength":1e999999999999999999999}"#,
      "/properties/a/maxLength: This must be a whole number from 0 to 999999999999999."
    ),
    (
      #"{"type":"array","minItems":2,"maxItems":1}"#, #"/properties/a/minItems: This must not be more than "maxItems"."#
    ),
    (
      #"{"type":"string","minLength":2,"maxLength":1}"#,
      #"/properties/a/minLength: This must not be more than "maxLength"."#
    ),
    (
      #"{"type":"number","minimum":0.2,"maximum":0.1}"#,
      #"/properties/a/minimum: This must not be more than "maximum"."#
    ),
    (
      #"{"type":"number","exclusiveMinimum":1,"maximum":1}"#,
      #"/properties/a/exclusiveMinimum: This must be less than "maximum"."#
    ),
    (
      #"{"type":"number","minimum":1,"exclusiveMaximum":1}"#,
      #"/properties/a/minimum: This must be less than "exclusiveMaximum"."#
    ),
    (
      #"{"type":"number","exclusiveMinimum":1,"exclusiveMaximum":1}"#,
      #"/properties/a/exclusiveMinimum: This must be less than "exclusiveMaximum"."#
    ),
    (#"{"type":"number","minimum":"1"}"#, "/properties/a/minimum: This must be a number."),
    (#"{"type":"array","uniqueItems":1}"#, "/properties/a/uniqueItems: This must be true or false."),
    (#"{"type":"string","format":"email"}"#, "/properties/a/format: This must be one of date, date-time, uri."),
    (#"{"type":"string","format":1}"#, "/properties/a/format: This must be a string."),
    (#"{"type":"string","title":1}"#, "/properties/a/title: This must be a string."),
    (#"{"type":"string","description":null}"#, "/properties/a/description: This must be a string."),
    (#"{"enum":1}"#, "/properties/a/enum: This must be an array."),
    (#"{"enum":[]}"#, "/properties/a/enum: This must have at least one value."),
    (#"{"enum":[1,"b",1.0]}"#, "/properties/a/enum/2: This value is there more than once."),
    (
      #"{"type":"string","enum":["b",1]}"#,
      "/properties/a/enum/1: The schema itself refuses this value: This must be a string."
    ),
    (
      #"{"enum":[1,2],"const":3}"#,
      "/properties/a/const: The schema itself refuses this value: This must be one of 1, 2."
    ),
    (
      #"{"type":"integer","maximum":5,"default":6}"#,
      "/properties/a/default: The schema itself refuses this value: This must be at most 5."
    ),
    (
      #"{"type":"array","items":{"type":"string","minLength":1},"default":["b",""]}"#,
      "/properties/a/default/1: The schema itself refuses this value: This must not be empty."
    ),
    (#"{"const":1,"default":2}"#, "/properties/a/default: The schema itself refuses this value: This must be 1."),
    (#"{"type":"string","examples":"b"}"#, "/properties/a/examples: This must be an array."),
    (
      #"{"type":"string","format":"date","examples":["2026-01-01","2026-02-30"]}"#,
      "/properties/a/examples/1: The schema itself refuses this value: This must be a date such as 2026-02-28."
    ),
    (#"{"type":"string","type":"string"}"#, "/properties/a/type: This member is there more than once."),
    (#"{"const":{"b":1,"b":1}}"#, "/properties/a/const/b: This member is there more than once."),
  ]

  @Test("is one line that says where it is and what is allowed", arguments: ofA)
  func mistake(schema: String, line: String) {
    #expect(refusal(of: #"{"type":"object","properties":{"a":\#(schema)}}"#) == line)
  }

  @Test(
    "can be one of the whole schema",
    arguments: [
      ("", "This is not JSON from byte 0 on. The document is empty."),
      (#"{"type":}"#, "This is not JSON from byte 8 on. JSON does not allow this byte here."),
      ("[]", "A schema must be an object."),
      (#"{"type":"array"}"#, "/type: This must be object at the top level."),
      (#"{"const":{}}"#, "/type: This must be object at the top level."),
      (
        #"{"type":"object","properties":{"input":{"type":"string"}}}"#,
        "/properties/input: This name is reserved. Give the property another name."
      ),
    ])
  func wholeSchema(schema: String, line: String) {
    #expect(refusal(of: schema) == line)
  }

  @Test("is a reserved name at the top level only")
  func reserved() throws {
    let text = #"{"type":"object","properties":{"input":{"type":"object","properties":{"photos":{"const":1}}}}}"#
    #expect(throws: Never.self) { try InputSchema(text: text, reserved: ["photos"]) }
    #expect(
      throws: SchemaError(
        .root.appending("properties").appending("input"), "This name is reserved. Give the property another name.")
    ) {
      try InputSchema(text: text, reserved: ["photos", "input"])
    }
  }

  private func nested(_ levels: Int, _ wrap: (String) -> String) -> String {
    (2..<levels).reduce(#"{"type":"string"}"#) { text, _ in wrap(text) }
  }

  @Test("is nesting beyond 16 levels")
  func nesting() throws {
    func arrays(_ levels: Int) -> String {
      let inner = nested(levels) { #"{"type":"array","items":\#($0)}"# }
      return #"{"type":"object","properties":{"a":\#(inner)}}"#
    }
    #expect(refusal(of: arrays(16)) == nil)
    let items = String(repeating: "/items", count: 15)
    #expect(refusal(of: arrays(17)) == "/properties/a\(items): Schemas can be nested at most 16 levels deep.")
    func objects(_ levels: Int) -> String {
      let inner = nested(levels) { #"{"type":"object","properties":{"a":\#($0)}}"# }
      return #"{"type":"object","properties":{"a":\#(inner)}}"#
    }
    #expect(refusal(of: objects(16)) == nil)
    #expect(refusal(of: objects(17))?.hasSuffix(": Schemas can be nested at most 16 levels deep.") == true)
  }
}
