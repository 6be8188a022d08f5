public import StrictJSON

extension InputSchema {
  /// The value of a property as a form or a query sends it, read as the type of the property: `12` is a number for an
  /// `integer` or a `number`, `true` and `false` are a `boolean`, and any text is a `string`. Without a type, the text is
  /// the string or else the other scalar that `enum` or `const` lists. An empty text means that the property is absent,
  /// which is `nil`; only for a string it is the empty string.
  ///
  /// Throws where there is no such property, no such value of the type, or the type is `object` or `array`. All else is
  /// left to ``check(_:)``.
  public func value(of text: String, for property: String) throws(InvalidBody) -> JSON? {
    let pointer = JSONPointer.root.appending(property)
    guard let index = shape.index(of: property) else {
      throw InvalidBody([.init(pointer, "This member is not known here.")])
    }
    let node = shape.properties[index].node
    if case .string = node.shape { return .string(text) }
    if case .any = node.shape, node.choices?.contains(.string(text)) == true { return .string(text) }
    if text.isEmpty { return nil }
    let scalar = Self.scalar(text)
    switch (node.shape, scalar) {
    case (.number, .number), (.boolean, .bool): return scalar
    case (.any, _):
      if let scalar, node.choices?.contains(scalar) == true { return scalar }
      return .string(text)
    case (.object, _), (.array, _):
      throw InvalidBody([.init(pointer, "This can only be sent as JSON.")])
    default:
      throw InvalidBody([.init(pointer, node.shape.type?.fault ?? "")])
    }
  }

  /// A number, `true`, `false` or `null`, with no blanks around it.
  private static func scalar(_ text: String) -> JSON? {
    switch text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default:
      guard case .number(let number)? = try? JSONReader.read(Array(text.utf8), nesting: 0) else { return nil }
      return number.utf8.count == text.utf8.count ? .number(number) : nil
    }
  }
}
