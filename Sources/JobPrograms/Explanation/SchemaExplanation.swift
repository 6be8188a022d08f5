import Kinds
import StrictJSON

/// What a schema admits, in words. The schema was accepted by `InputSchema`.
enum SchemaExplanation {
  /// A line for each property, and more for those inside it.
  static func lines(of schema: JSON) -> [String] {
    guard case .object(let properties)? = schema["properties"], !properties.isEmpty else {
      return ["An object without members."]
    }
    let required = required(of: schema)
    return properties.flatMap { property in
      let isRequired = required.contains(property.name)
      return ["\(property.name): \(sentence(property.value, isRequired: isRequired))"] + inner(property.value)
    }
  }

  static func required(of schema: JSON) -> [String] {
    guard case .array(let names)? = schema["required"] else { return [] }
    return names.compactMap(\.string)
  }

  private static func inner(_ schema: JSON) -> [String] {
    if schema["properties"] != nil { return lines(of: schema).map { "  " + $0 } }
    guard let items = schema["items"], items["properties"] != nil else { return [] }
    return lines(of: items).map { "  " + $0 }
  }

  private static func sentence(_ schema: JSON, isRequired: Bool) -> String {
    var text = phrase(schema)
    if let value = schema["default"] {
      text += "; \(json(value)) if it is absent."
    } else {
      text += isRequired ? "; required." : "."
    }
    if let description = (schema["description"] ?? schema["title"])?.string { text += " \(description)" }
    return text
  }

  private static func phrase(_ schema: JSON) -> String {
    if let value = schema["const"] { return json(value) }
    if case .array(let values)? = schema["enum"] { return "one of \(OneLine.list(values.map(json)))" }
    switch schema["type"]?.string {
    case "object": return "an object"
    case "array": return array(schema)
    case "string": return string(schema)
    case "integer": return "a whole number" + bounds(schema)
    case "number": return "a number" + bounds(schema)
    case "boolean": return "true or false"
    default: return "any value"
    }
  }

  private static func array(_ schema: JSON) -> String {
    var text = "a list" + span(schema["minItems"], schema["maxItems"], "item")
    if let items = schema["items"] { text += ", each \(phrase(items))" }
    return schema["uniqueItems"] == .bool(true) ? text + ", all different" : text
  }

  private static func string(_ schema: JSON) -> String {
    let text =
      switch schema["format"]?.string {
      case "date": "a date such as 2026-02-28"
      case "date-time": "a time such as 2026-02-28T12:30:00Z"
      case "uri": "an absolute URI"
      default: "a text"
      }
    return text + span(schema["minLength"], schema["maxLength"], "character")
  }

  private static func span(_ least: JSON?, _ most: JSON?, _ unit: String) -> String {
    switch (least?.number, most?.number) {
    case (nil, nil): ""
    case (let least?, nil): " of at least \(least) \(unit)s"
    case (nil, let most?): " of at most \(most) \(unit)s"
    case (let least?, let most?): " of \(least) to \(most) \(unit)s"
    }
  }

  private static func bounds(_ schema: JSON) -> String {
    if let least = schema["minimum"]?.number, let most = schema["maximum"]?.number {
      return " from \(least) to \(most)"
    }
    let words = [
      ("minimum", "at least"), ("exclusiveMinimum", "more than"), ("maximum", "at most"),
      ("exclusiveMaximum", "less than"),
    ]
    let parts = words.compactMap { word, text in schema[word]?.number.map { "\(text) \($0)" } }
    return parts.isEmpty ? "" : " of " + OneLine.list(parts, "and")
  }

  static func json(_ value: JSON) -> String {
    var writer = JSONWriter(capacity: 64)
    writer.value(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
