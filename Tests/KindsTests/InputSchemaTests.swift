import Kinds
import StrictJSON
import Testing

@Suite("An input schema")
struct InputSchemaTests {
  private static let photos = #"""
    {
      "type": "object", "title": "Photos", "required": ["sizes"],
      "properties": {
        "sizes": {
          "type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["width"],
            "properties": {
              "width": {"type": "integer", "minimum": 16},
              "height": {"type": "integer", "default": 100},
              "crop": {"type": "boolean", "default": false}
            }
          }
        },
        "format": {"enum": ["jpeg", "png"], "default": "jpeg"},
        "frame": {
          "type": "object", "default": {},
          "properties": {"colour": {"type": "string", "default": "black"}, "width": {"type": "number"}}
        },
        "note": {"type": "string"}
      }
    }
    """#

  private func photos() throws -> InputSchema { try InputSchema(text: Self.photos) }

  @Test(
    "names every fault of a body at once",
    arguments: [
      ("[]", [" The body must be a JSON object."]), ("null", [" The body must be a JSON object."]),
      ("{}", ["/sizes This member is missing."]),
      (
        #"{"sizes":[{"width":8},{"height":1,"a/b":2},3],"format":"gif","c~d":0,"frame":{"width":"1"}}"#,
        [
          "/sizes/0/width This must be at least 16.", "/sizes/1/a~1b This member is not known here.",
          "/sizes/1/width This member is missing.", "/sizes/2 This must be an object.",
          #"/format This must be one of "jpeg", "png"."#, "/c~0d This member is not known here.",
          "/frame/width This must be a number.",
        ]
      ),
      (#"{"Sizes":[]}"#, ["/Sizes This member is not known here.", "/sizes This member is missing."]),
      (#"{"sizes":[{"width":16}],"note":""}"#, []),
    ])
  func check(body: String, expected: [String]) throws {
    #expect(try faults(of: body, under: photos()) == expected)
  }

  @Test("tells names apart that are canonically equivalent")
  func names() throws {
    let schema = try InputSchema(text: #"{"type":"object","properties":{"é":{"const":1},"e\u0301":{"const":2}}}"#)
    #expect(try faults(of: #"{"e\u0301":2,"é":1}"#, under: schema) == [])
    #expect(
      try ordered(json(#"{"e\u0301":2,"é":1}"#), by: schema)
        == #"{"é":1,"e\u0301":2}"#.replacing(#"\u0301"#, with: "\u{301}"))
  }

  @Test(
    "puts members in the order of its properties, at every level",
    arguments: [
      (
        #"{"note":"n","format":"png","sizes":[{"crop":true,"width":1.60e1},{"height":2,"width":16}]}"#,
        #"{"sizes":[{"width":1.60e1,"crop":true},{"width":16,"height":2}],"format":"png","note":"n"}"#
      ),
      (
        #"{"sizes":[{"width":16}],"frame":{"width":-0.0,"colour":"\u0072ed"}}"#,
        #"{"sizes":[{"width":16}],"frame":{"colour":"red","width":-0.0}}"#
      ),
    ])
  func canonical(body: String, expected: String) throws {
    let (schema, body) = try (photos(), json(body))
    #expect(ordered(body, by: schema) == expected)
    #expect(try ordered(json(expected), by: schema) == expected)
  }

  @Test("leaves what is no JSON object in the schema as it is")
  func free() throws {
    let schema = try InputSchema(
      text: #"{"type":"object","properties":{"b":{"type":"array"},"a":{"const":{"x":1,"y":2}}}}"#)
    let body = try json(#"{"a":{"y":2,"x":1},"b":[{"d":1,"c":2}]}"#)
    #expect(ordered(body, by: schema) == #"{"b":[{"d":1,"c":2}],"a":{"y":2,"x":1}}"#)
    #expect(try ordered(json("{}"), by: schema) == "{}")
    #expect(try schema.canonicalMembers(json("{}")) == [])
  }

  @Test(
    "fills in the defaults of absent properties, at every level that is there",
    arguments: [
      (
        #"{"sizes":[{"width":16},{"crop":true,"width":17}]}"#,
        #"{"sizes":[{"width":16,"height":100,"crop":false},{"width":17,"height":100,"crop":true}],"#
          + #""format":"jpeg","frame":{"colour":"black"}}"#
      ),
      (
        #"{"note":"n","frame":{"width":1},"format":"png","sizes":[]}"#,
        #"{"sizes":[],"format":"png","frame":{"colour":"black","width":1},"note":"n"}"#
      ),
    ])
  func defaults(body: String, expected: String) throws {
    let schema = try photos()
    let filled = try schema.fillingDefaults(json(body))
    #expect(text(filled) == expected)
    #expect(schema.fillingDefaults(filled) == filled)
  }

  @Test("is shown closed, and otherwise as it was declared")
  func openAPI() throws {
    let schema = try InputSchema(
      text: #"""
        {"type":"object","properties":{"properties":{"items":{"type":"object"},"type":"array","default":[{}]},
        "items":{"const":{"type":"object"}}},"examples":[{}]}
        """#)
    let expected = #"""
      {"type":"object","properties":{"properties":{"items":{"type":"object","additionalProperties":false},"type":"array","default":[{}]},"items":{"const":{"type":"object"}}},"examples":[{}],"additionalProperties":false}
      """#
    #expect(text(schema.openAPI) == expected)
  }
}
