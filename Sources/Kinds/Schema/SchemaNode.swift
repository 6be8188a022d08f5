import StrictJSON

/// A schema, or one inside it, ready for checking. Its parts are classes: a check goes from one to the next for each value,
/// and copies none of them.
struct SchemaNode: Sendable {
  var shape: ValueShape
  /// The values that `enum` or `const` leave.
  var choices: Choices?
  /// With the defaults inside it filled in.
  var defaultValue: JSON?

  /// Whether a property in it, at any level, has a default.
  var hasDefaults: Bool {
    switch shape {
    case .object(let shape): !shape.withDefault.isEmpty || shape.properties.contains { $0.node.hasDefaults }
    case .array(let shape): shape.items?.hasDefaults ?? false
    default: false
    }
  }
}

/// What `type` and the words for that type require.
indirect enum ValueShape: Sendable {
  /// There is no `type`: `enum` or `const` say everything.
  case any
  case object(ObjectShape)
  case array(ArrayShape)
  case string(StringShape)
  case number(NumberShape)
  case boolean

  var type: SchemaType? {
    switch self {
    case .any: nil
    case .object: .object
    case .array: .array
    case .string: .string
    case .number(let shape): shape.isInteger ? .integer : .number
    case .boolean: .boolean
    }
  }
}

final class ArrayShape: Sendable {
  /// `nil` allows any item.
  let items: SchemaNode?
  let minItems: Int?
  let maxItems: Int?
  let isUnique: Bool

  init(items: SchemaNode?, minItems: Int?, maxItems: Int?, isUnique: Bool) {
    (self.items, self.minItems, self.maxItems, self.isUnique) = (items, minItems, maxItems, isUnique)
  }
}

/// Lengths are numbers of Unicode code points.
struct StringShape: Sendable {
  var minLength: Int?
  var maxLength: Int?
  var format: StringFormat?
}

struct NumberShape: Sendable {
  var isInteger: Bool
  var minimum: NumberLimit?
  var maximum: NumberLimit?
  var exclusiveMinimum: NumberLimit?
  var exclusiveMaximum: NumberLimit?
}

struct NumberLimit: Sendable {
  /// For messages: as the schema has it, but `10^15` for a power of ten with so many zeros.
  let text: String
  let value: ExactDecimal

  init(_ number: String) {
    value = ExactDecimal(number)
    if let power = value.powerOfTen, power >= 10 {
      text = "10^\(power)"
    } else {
      text = number
    }
  }
}
