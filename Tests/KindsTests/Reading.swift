import Kinds
import StrictJSON

func json(_ text: String) throws -> JSON {
  try JSONReader.read(Array(text.utf8))
}

func text(_ json: JSON) -> String {
  var writer = JSONWriter()
  writer.value(json)
  return String(decoding: writer.bytes, as: UTF8.self)
}

/// A schema with the one property `a`.
func schema(ofA text: String) throws -> InputSchema {
  try InputSchema(text: #"{"type":"object","properties":{"a":\#(text)}}"#)
}

/// `/a This must be a string.`
func faults(of body: String, under schema: InputSchema) throws -> [String] {
  let body = try json(body)
  do throws(InvalidBody) {
    try schema.check(body)
    return []
  } catch {
    return error.violations.map { "\($0.pointer) \($0.detail)" }
  }
}

/// What is wrong with the value of `a`.
func faults(ofA value: String, under text: String) throws -> [String] {
  try faults(of: #"{"a":\#(value)}"#, under: schema(ofA: text))
}

/// The line that refuses a schema.
func refusal(of text: String) -> String? {
  do throws(SchemaError) {
    _ = try InputSchema(text: text)
    return nil
  } catch {
    return error.description
  }
}

/// The canonical form of a body, with its braces.
func ordered(_ body: JSON, by schema: InputSchema) -> String {
  "{\(String(decoding: schema.canonicalMembers(body), as: UTF8.self))}"
}
