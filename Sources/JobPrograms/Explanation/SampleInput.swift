import Kinds
import StrictJSON

/// An input to try, made of what a schema says.
enum SampleInput {
  /// The schema's first example, else an object with the properties that are required, or have an example or a default.
  /// `isAccepted` tells whether the schema accepts it: not every schema can be met by what it says of each value alone.
  static func make(for schema: InputSchema, declared: JSON) -> (input: JSON, isAccepted: Bool) {
    let input = value(of: declared)
    return (input, (try? schema.check(input)) != nil)
  }

  private static func value(of schema: JSON) -> JSON {
    if let value = given(schema) { return value }
    switch schema["type"]?.string {
    case "object": return object(schema)
    case "array":
      let count = min(schema["minItems"]?.number.flatMap { Int($0) } ?? 0, 16)
      return .array(schema["items"].map { Array(repeating: value(of: $0), count: count) } ?? [])
    case "string": return .string(text(schema))
    case "integer", "number": return .number(number(schema))
    case "boolean": return .bool(true)
    default: return .null
    }
  }

  private static func given(_ schema: JSON) -> JSON? {
    if case .array(let examples)? = schema["examples"], let example = examples.first { return example }
    if let value = schema["default"] ?? schema["const"] { return value }
    guard case .array(let values)? = schema["enum"] else { return nil }
    return values.first
  }

  private static func object(_ schema: JSON) -> JSON {
    guard case .object(let properties)? = schema["properties"] else { return .object([]) }
    let required = SchemaExplanation.required(of: schema)
    return .object(
      properties.compactMap { property in
        let schema = property.value
        let isShown = required.contains(property.name) || schema["examples"] != nil || schema["default"] != nil
        return isShown ? JSON.Member(property.name, value(of: schema)) : nil
      })
  }

  private static func text(_ schema: JSON) -> String {
    switch schema["format"]?.string {
    case "date": return "2026-02-28"
    case "date-time": return "2026-02-28T12:30:00Z"
    case "uri": return "https://example.org/"
    default:
      let least = schema["minLength"]?.number.flatMap { Int($0) } ?? 0
      let text = "text" + String(repeating: "x", count: max(0, min(least, 64) - 4))
      guard let most = schema["maxLength"]?.number.flatMap({ Int($0) }) else { return text }
      return String(text.prefix(most))
    }
  }

  private static func number(_ schema: JSON) -> String {
    if let least = schema["minimum"]?.number { return least }
    if let most = schema["maximum"]?.number { return most }
    if let least = schema["exclusiveMinimum"]?.number.flatMap({ Int($0) }), least < .max { return "\(least + 1)" }
    if let most = schema["exclusiveMaximum"]?.number.flatMap({ Int($0) }), most > .min { return "\(most - 1)" }
    return "1"
  }
}
