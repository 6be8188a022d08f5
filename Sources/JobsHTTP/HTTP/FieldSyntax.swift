/// What field values have in common (RFC 9110 section 5.6).
enum FieldSyntax {
  /// The parts between `separator`s that are not inside a quoted string, without the blanks around them. Empty parts are
  /// left out.
  static func parts(of text: Substring, separatedBy separator: UInt8) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var isQuoted = false
    var isEscaped = false
    for index in text.utf8.indices {
      let byte = text.utf8[index]
      if isEscaped {
        isEscaped = false
      } else if isQuoted, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == separator, !isQuoted {
        parts.append(trimmed(text[start..<index]))
        start = text.utf8.index(after: index)
      }
    }
    parts.append(trimmed(text[start...]))
    return parts.filter { !$0.isEmpty }
  }

  /// `name` and `value` of `name=value`; without a `=` the value is `nil`.
  static func pair(_ text: Substring) -> (name: Substring, value: Substring?) {
    guard let index = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (trimmed(text), nil) }
    return (trimmed(text[..<index]), trimmed(text[text.utf8.index(after: index)...]))
  }

  static func trimmed(_ text: Substring) -> Substring {
    var bytes = text.utf8
    while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return Substring(bytes)
  }

  /// Whether two ASCII texts are the same but for the case of letters.
  static func same(_ text: Substring, _ other: String) -> Bool {
    text.utf8.elementsEqual(other.utf8) { lowered($0) == lowered($1) }
  }

  /// RFC 9110 section 5.6.2.
  static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}
