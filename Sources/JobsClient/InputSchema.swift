import StrictJSON

/// The properties of a kind's input, as the service describes them in its OpenAPI document.
struct InputSchema: Sendable {
  private let properties: JSON

  /// `nil` where the document has no kind with this path.
  init?(of kind: String, in document: JSON?) {
    let operation = document?["paths"]?["/" + kind]?["post"]
    guard
      let reference = operation?["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"]?.string,
      reference.hasPrefix(Self.schemas),
      let schema = document?["components"]?["schemas"]?[String(reference.dropFirst(Self.schemas.count))]
    else { return nil }
    properties = schema["properties"] ?? .object([])
  }

  private static let schemas = "#/components/schemas/"

  /// A text as the value that the property's type makes of it. Where it makes none the text stays a string: the service
  /// says what it wants.
  func value(of name: String, _ text: String) -> JSON {
    let property = properties[name]
    let read = JSON(document: Array(text.utf8))
    switch (property?["type"]?.string, read) {
    case ("integer", .number?), ("number", .number?), ("boolean", .bool?), ("array", .array?), ("object", .object?):
      return read ?? .string(text)
    case (nil, let value?):
      // Without a type its values are listed.
      let values = (property?["enum"]?.elements ?? []) + [property?["const"]].compactMap { $0 }
      return values.contains(value) ? value : .string(text)
    default: return .string(text)
    }
  }
}
