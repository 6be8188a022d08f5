extension JSONReader {
  /// Reads a string from its opening quote on.
  mutating func string() throws(MalformedJSON) -> String {
    position += 1
    let start = position
    // Most strings are plain: find the end, decode once.
    var allBits: UInt8 = 0
    while let byte = current, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      allBits |= byte
      position += 1
    }
    if current == UInt8(ascii: "\"") {
      let text = allBits < 0x80 ? asciiText(start..<position) : try text(start..<position)
      position += 1
      return text
    }
    return try stringWithEscapes(from: start)
  }

  private mutating func stringWithEscapes(from start: Int) throws(MalformedJSON) -> String {
    var result = Array(bytes[start..<position])
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        // An escape never completes a character that began before it.
        guard let text = String(validating: result, as: UTF8.self) else {
          throw MalformedJSON(reason: .invalidUTF8, offset: start)
        }
        return text
      case UInt8(ascii: "\\"):
        result.append(contentsOf: UTF8.encode(try escape())!)
      case 0..<0x20:
        throw failure(.controlCharacter)
      default:
        result.append(byte)
        position += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  /// The text between two positions, which is ASCII.
  func asciiText(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  private func text(_ range: Range<Int>) throws(MalformedJSON) -> String {
    guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
      throw MalformedJSON(reason: .invalidUTF8, offset: range.lowerBound)
    }
    return text
  }

  private mutating func escape() throws(MalformedJSON) -> Unicode.Scalar {
    position += 1
    guard let letter = current else { throw failure(.unexpectedEnd) }
    let scalar: Unicode.Scalar
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(letter)
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"): return try codePoint()
    default: throw failure(.invalidEscape)
    }
    position += 1
    return scalar
  }

  /// Reads from the `u` on: one unit, or a surrogate pair of two.
  private mutating func codePoint() throws(MalformedJSON) -> Unicode.Scalar {
    let start = position
    let first = try unit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    if UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), current == UInt8(ascii: "u") {
      let second = try unit()
      if UTF16.isTrailSurrogate(second) {
        let value = 0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF
        if let scalar = Unicode.Scalar(value) { return scalar }
      }
    }
    throw MalformedJSON(reason: .loneSurrogate, offset: start)
  }

  private mutating func unit() throws(MalformedJSON) -> UInt16 {
    position += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current else { throw failure(.unexpectedEnd) }
      guard let digit = Self.hexDigit(byte) else { throw failure(.invalidEscape) }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
