import StrictJSON

/// The words of one schema node, each known and allowed with the node's type, read as the kinds of values they need.
struct SchemaWords {
  let type: SchemaType?
  let pointer: JSONPointer
  private var values: [SchemaWord: JSON] = [:]

  init(_ json: JSON, at pointer: JSONPointer) throws(SchemaError) {
    self.pointer = pointer
    guard case .object(let members) = json else {
      throw SchemaError(pointer, "A schema must be an object.")
    }
    for member in members {
      guard let word = SchemaWord(rawValue: member.name) else {
        throw SchemaError(
          pointer.appending(member.name), "This word is not supported. Supported are \(SchemaWord.list()).")
      }
      values[word] = member.value
    }
    type = try Self.type(values[.type], at: pointer)
    if type == nil, values[.enum] == nil, values[.const] == nil {
      throw SchemaError(
        pointer, "\"type\" is missing: one of \(Self.types). A schema with \"enum\" or \"const\" may leave it out.")
    }
    for member in members {
      guard let word = SchemaWord(rawValue: member.name), !word.isAllowed(with: type) else { continue }
      let place = type.map { "with type \($0.rawValue)" } ?? "without a type"
      let allowed = SchemaWord.list { $0.isAllowed(with: type) }
      throw SchemaError(
        pointer.appending(member.name), "This word is not allowed \(place). Allowed are \(allowed).")
    }
  }

  private static let types = SchemaType.allCases.map(\.rawValue).joined(separator: ", ")

  private static func type(_ value: JSON?, at pointer: JSONPointer) throws(SchemaError) -> SchemaType? {
    guard let value else { return nil }
    guard case .string(let name) = value, let type = SchemaType(rawValue: name) else {
      throw SchemaError(pointer.appending(SchemaWord.type.rawValue), "This must be one of \(types).")
    }
    return type
  }

  subscript(word: SchemaWord) -> JSON? { values[word] }

  func fault(_ word: SchemaWord, _ detail: String) -> SchemaError {
    SchemaError(pointer.appending(word.rawValue), detail)
  }

  func text(_ word: SchemaWord) throws(SchemaError) -> String? {
    guard let value = values[word] else { return nil }
    guard case .string(let text) = value else { throw fault(word, "This must be a string.") }
    return text
  }

  func flag(_ word: SchemaWord) throws(SchemaError) -> Bool? {
    guard let value = values[word] else { return nil }
    guard case .bool(let flag) = value else { throw fault(word, "This must be true or false.") }
    return flag
  }

  func list(_ word: SchemaWord) throws(SchemaError) -> [JSON]? {
    guard let value = values[word] else { return nil }
    guard case .array(let elements) = value else { throw fault(word, "This must be an array.") }
    return elements
  }

  /// A whole number from 0 to 10^15 - 1.
  func count(_ word: SchemaWord) throws(SchemaError) -> Int? {
    guard let value = values[word] else { return nil }
    guard case .number(let text) = value, let count = ExactDecimal(text).smallCount else {
      throw fault(word, "This must be a whole number from 0 to 999999999999999.")
    }
    return count
  }

  func limit(_ word: SchemaWord) throws(SchemaError) -> NumberLimit? {
    guard let value = values[word] else { return nil }
    guard case .number(let text) = value else { throw fault(word, "This must be a number.") }
    return NumberLimit(text)
  }
}
