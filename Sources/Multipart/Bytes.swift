extension UInt8 {
  /// A space or a tab.
  var isBlank: Bool { self == 0x20 || self == 0x09 }

  /// RFC 9110, section 5.6.2.
  var isTokenByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// The value of a hexadecimal digit.
  var hexadecimal: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension [UInt8] {
  /// Whether the bytes in `range` are `word`, which is in lower case, in any case.
  func hasWord(_ word: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    return range.allSatisfy { index in
      let byte = self[index]
      let isUpper = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
      return (isUpper ? byte | 0x20 : byte) == word.utf8Start[index - range.lowerBound]
    }
  }

  func text(in range: Range<Int>) throws(MultipartError) -> String {
    guard let text = String(validating: self[range], as: UTF8.self) else { throw .invalidUTF8 }
    return text
  }
}

extension Span<UInt8> {
  /// The position of the first such byte at or behind `start`, or the end.
  func first(_ byte: UInt8, from start: Int) -> Int {
    var position = start
    // Eight bytes at a time. After the XOR such a byte is zero, and the lowest bit of `zeros` is that of the first one.
    let pattern = 0x0101_0101_0101_0101 &* UInt64(byte)
    while position <= count - 8 {
      let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
      let difference = word ^ pattern
      let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
      if zeros != 0 { return position + zeros.trailingZeroBitCount / 8 }
      position += 8
    }
    while position < count, self[position] != byte { position += 1 }
    return position
  }
}
