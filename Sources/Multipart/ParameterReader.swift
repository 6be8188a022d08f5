/// A parameter of a field's value: `; name=value` or `; name="value"` (RFC 9110, section 5.6.6).
struct Parameter {
  let name: Range<Int>
  /// Within its quotes, with its escapes.
  let value: Range<Int>
  let isQuoted: Bool
}

/// Reads parameters one by one, at positions in the header's bytes, so that those which mean nothing cost nothing.
struct ParameterReader {
  private let bytes: [UInt8]
  private let end: Int
  private var position: Int
  /// Whether ``next()`` has returned `nil` for something that is no parameter.
  private(set) var hasFailed = false

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    (position, end) = (range.lowerBound, range.upperBound)
  }

  mutating func next() -> Parameter? {
    guard skipSemicolons() else {
      hasFailed = position < end
      return nil
    }
    let parameter = parameter()
    hasFailed = parameter == nil
    return parameter
  }

  /// Whether a parameter follows.
  private mutating func skipSemicolons() -> Bool {
    skip(while: \.isBlank)
    var hasSemicolon = false
    while take(UInt8(ascii: ";")) {
      skip(while: \.isBlank)
      hasSemicolon = true
    }
    return hasSemicolon && position < end
  }

  private mutating func parameter() -> Parameter? {
    let name = skip(while: \.isTokenByte)
    guard !name.isEmpty, take(UInt8(ascii: "=")) else { return nil }
    if take(UInt8(ascii: "\"")) {
      return quotedString().map { Parameter(name: name, value: $0, isQuoted: true) }
    }
    // More than a token: clients don't quote all that they should.
    let word = skip { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\"") && !$0.isBlank }
    return word.isEmpty ? nil : Parameter(name: name, value: word, isQuoted: false)
  }

  /// What is behind a quote, to the next one that is not escaped. A quote at the end of the field is the end of the string
  /// behind a backslash too: that is how browsers send the name of a file that is called `folder\`.
  private mutating func quotedString() -> Range<Int>? {
    let start = position
    while position < end {
      if take(UInt8(ascii: "\"")) { return start..<position - 1 }
      if take(UInt8(ascii: "\\")), position < end {
        let isQuote = bytes[position] == UInt8(ascii: "\"") && position + 1 < end
        if isQuote || bytes[position] == UInt8(ascii: "\\") { position += 1 }
      } else {
        position += 1
      }
    }
    return nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  @discardableResult
  private mutating func skip(while isSkipped: (UInt8) -> Bool) -> Range<Int> {
    let start = position
    while position < end, isSkipped(bytes[position]) { position += 1 }
    return start..<position
  }
}
