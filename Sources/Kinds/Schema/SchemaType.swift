import StrictJSON

/// The types that a schema can name.
enum SchemaType: String, CaseIterable, Sendable {
  case object, array, string, integer, number, boolean

  /// The fault of a value that has another type.
  var fault: String {
    switch self {
    case .object: "This must be an object."
    case .array: "This must be an array."
    case .string: "This must be a string."
    case .integer: "This must be a whole number."
    case .number: "This must be a number."
    case .boolean: "This must be true or false."
    }
  }

  /// The fault of a value that is no array, where the items have this type.
  var arrayFault: String {
    switch self {
    case .object: "This must be an array of objects."
    case .array: "This must be an array of arrays."
    case .string: "This must be an array of strings."
    case .integer: "This must be an array of whole numbers."
    case .number: "This must be an array of numbers."
    case .boolean: "This must be an array of true and false values."
    }
  }
}
