/// What a JSON document says. Numbers are the text they came as: an amount is digits, never a binary float.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  /// Of a member that is there twice the last counts.
  case object([String: JSONValue])

  /// `nil` where it is no object, or has no such member.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The number as it was written.
  public var number: String? {
    guard case .number(let text) = self else { return nil }
    return text
  }

  public var integer: Int64? { number.flatMap { Int64($0) } }

  public var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  public var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }
}
