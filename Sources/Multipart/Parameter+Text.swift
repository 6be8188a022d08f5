extension Parameter {
  /// The value of `name` or `filename`. In quotes a backslash escapes a quote and a backslash only, since browsers send
  /// `C:\folder\file` as it is. Browsers escape a quote, CR and LF by `%22`, `%0D` and `%0A`, and nothing else: `%20` stands
  /// for itself.
  func text(of bytes: [UInt8]) throws(MultipartError) -> String {
    guard isQuoted else { return try bytes.text(in: value) }
    var text: [UInt8] = []
    text.reserveCapacity(value.count)
    var position = value.lowerBound
    while position < value.upperBound {
      let (byte, length) = Self.unescaped(bytes, position..<value.upperBound)
      text.append(byte)
      position += length
    }
    return try text.text(in: 0..<text.count)
  }

  /// The byte that begins at the first position, and how many stand for it.
  private static func unescaped(_ bytes: [UInt8], _ rest: Range<Int>) -> (byte: UInt8, length: Int) {
    let start = rest.lowerBound
    switch bytes[start] {
    case UInt8(ascii: "\\") where rest.count >= 2:
      let next = bytes[start + 1]
      if next == UInt8(ascii: "\\") || next == UInt8(ascii: "\"") { return (next, 2) }
    case UInt8(ascii: "%") where rest.count >= 3:
      switch (bytes[start + 1], bytes[start + 2]) {
      case (UInt8(ascii: "2"), UInt8(ascii: "2")): return (UInt8(ascii: "\""), 3)
      case (UInt8(ascii: "0"), UInt8(ascii: "D")): return (0x0D, 3)
      case (UInt8(ascii: "0"), UInt8(ascii: "A")): return (0x0A, 3)
      default: break
      }
    default: break
    }
    return (bytes[start], 1)
  }

  /// The value of `name*` or `filename*`: `utf-8'en'%e2%82%ac` (RFC 5987). RFC 7578 forbids them, and some clients send them
  /// all the same.
  func extendedText(of bytes: [UInt8]) throws(MultipartError) -> String {
    let quote = UInt8(ascii: "'")
    guard let charsetEnd = value.first(where: { bytes[$0] == quote }),
      let languageEnd = (charsetEnd + 1..<value.upperBound).first(where: { bytes[$0] == quote }),
      let text = Self.percentDecoded(bytes, languageEnd + 1..<value.upperBound)
    else { throw .badDisposition }
    guard !text.contains(0) else { throw .nulByte }
    let charset = value.lowerBound..<charsetEnd
    if bytes.hasWord("utf-8", in: charset) { return try text.text(in: 0..<text.count) }
    guard bytes.hasWord("iso-8859-1", in: charset) else { throw .badDisposition }
    return String(String.UnicodeScalarView(text.lazy.map { Unicode.Scalar($0) }))
  }

  private static func percentDecoded(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      if bytes[position] != UInt8(ascii: "%") {
        decoded.append(bytes[position])
        position += 1
        continue
      }
      guard position + 2 < range.upperBound, let high = bytes[position + 1].hexadecimal,
        let low = bytes[position + 2].hexadecimal
      else { return nil }
      decoded.append(high << 4 | low)
      position += 3
    }
    return decoded
  }
}
