/// The words of JSON Schema (2020-12) that a schema can use.
enum SchemaWord: String, CaseIterable, Sendable {
  case type, properties, required, items
  case `enum`, const, `default`
  case minimum, maximum, exclusiveMinimum, exclusiveMaximum
  case minLength, maxLength, minItems, maxItems, uniqueItems
  case format, title, description, examples

  /// The word is allowed in a schema of this type; `nil` is a schema without a type.
  func isAllowed(with type: SchemaType?) -> Bool {
    switch self {
    case .type, .enum, .const, .default, .title, .description, .examples: true
    case .properties, .required: type == .object
    case .items, .minItems, .maxItems, .uniqueItems: type == .array
    case .minLength, .maxLength, .format: type == .string
    case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum: type == .integer || type == .number
    }
  }

  /// `type, enum, const`: for messages.
  static func list(_ isListed: (SchemaWord) -> Bool = { _ in true }) -> String {
    allCases.filter(isListed).map(\.rawValue).joined(separator: ", ")
  }
}
