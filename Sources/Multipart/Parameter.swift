/// A parameter of a field's value: `; name=value` or `; name="value"` (RFC 9110, section 5.6.6).
struct Parameter {
  /// In lower case.
  let name: String
  /// Without its quotes.
  let value: [UInt8]
  let isQuoted: Bool
}

/// Reads parameters one by one, so that they take no memory together.
struct ParameterReader {
  private var rest: ArraySlice<UInt8>
  /// Whether ``next()`` has returned `nil` for something that is no parameter.
  private(set) var hasFailed = false

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  mutating func next() -> Parameter? {
    guard skipSemicolons() else {
      hasFailed = !rest.isEmpty
      return nil
    }
    let parameter = parameter()
    hasFailed = parameter == nil
    return parameter
  }

  /// Whether a parameter follows.
  private mutating func skipSemicolons() -> Bool {
    skipBlanks()
    var hasSemicolon = false
    while rest.first == UInt8(ascii: ";") {
      rest.removeFirst()
      skipBlanks()
      hasSemicolon = true
    }
    return hasSemicolon && !rest.isEmpty
  }

  private mutating func parameter() -> Parameter? {
    let name = take { $0.isTokenByte }
    guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "=") else { return nil }
    let isQuoted = rest.first == UInt8(ascii: "\"")
    guard let value = isQuoted ? quotedString() : word() else { return nil }
    return Parameter(name: String(lowercasedASCII: name), value: value, isQuoted: isQuoted)
  }

  /// More than a token: clients don't quote all that they should.
  private mutating func word() -> [UInt8]? {
    let word = take { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\"") && !$0.isBlank }
    return word.isEmpty ? nil : Array(word)
  }

  /// A backslash escapes a quote and a backslash only: browsers send `C:\folder\file` as it is. A quote at the end of the
  /// field ends the string, as of a file that is called `folder\`.
  private mutating func quotedString() -> [UInt8]? {
    rest.removeFirst()
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return text }
      let isQuoteNext = rest.first == UInt8(ascii: "\"") && rest.count > 1
      let isEscape = byte == UInt8(ascii: "\\") && (isQuoteNext || rest.first == byte)
      text.append(isEscape ? rest.removeFirst() : byte)
    }
    return nil
  }

  private mutating func take(_ isTaken: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let taken = rest.prefix(while: isTaken)
    rest = rest[taken.endIndex...]
    return taken
  }

  private mutating func skipBlanks() {
    _ = take { $0.isBlank }
  }
}
