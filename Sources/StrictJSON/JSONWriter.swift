/// Appends JSON to a buffer, without intermediate strings. It does not check that a document comes of it: the caller
/// writes commas and brackets, as raw text.
public struct JSONWriter: Sendable {
  /// All that was written so far.
  public private(set) var bytes: [UInt8] = []

  public init(capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  /// Text that is JSON already: brackets, member names, numbers.
  public mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  public mutating func raw(text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  public mutating func raw(_ json: [UInt8]) {
    bytes.append(contentsOf: json)
  }

  /// Any whole number that an `Int64` can hold.
  @inlinable
  public mutating func integer(_ value: some SignedInteger) {
    decimal(Int64(value))
  }

  @usableFromInline
  mutating func decimal(_ value: Int64) {
    var rest = value.magnitude
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var first = bytes.count
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
      rest = quotient
    } while rest != 0
    // In place: reversing a slice of an array copies it.
    var last = bytes.count - 1
    while first < last {
      bytes.swapAt(first, last)
      (first, last) = (first + 1, last - 1)
    }
  }

  /// The last `count` digits of a whole number that is not negative, with leading zeros where it has fewer: a part of a
  /// date or of a fraction.
  public mutating func digits(_ value: Int, count: Int) {
    var rest = value.magnitude
    let first = bytes.count
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
    for place in stride(from: first + count - 1, through: first, by: -1) {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes[place] += UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
  }

  /// A quoted string. Quotes, backslashes and control characters are escaped, everything else stays UTF-8.
  public mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      // Most strings are plain: copy all up to what needs an escape.
      var rest = utf8[...]
      while let index = rest.firstIndex(where: Self.needsEscape) {
        bytes.append(contentsOf: rest[..<index])
        escape(rest[index])
        rest = rest[(index + 1)...]
      }
      bytes.append(contentsOf: rest)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case 0x08: raw("\\b")
    case 0x09: raw("\\t")
    case 0x0A: raw("\\n")
    case 0x0C: raw("\\f")
    case 0x0D: raw("\\r")
    default:
      raw("\\u00")
      for digit in [byte >> 4, byte & 0xF] {
        bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
      }
    }
  }
}
