extension JSON {
  /// The text of a string; `nil` for any other value.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// A number as it was written; `nil` for any other value.
  public var number: String? {
    guard case .number(let text) = self else { return nil }
    return text
  }
}
