/// The value of a JSON number, exactly: 0.D × 10^`magnitude`, where the digits D neither begin nor end with 0. Zero has no
/// digits and no sign. Reading, comparing and hashing take time linear in the text, whatever its exponent is.
struct ExactDecimal: Hashable, Sendable {
  private var isNegative = false
  private var digits: [UInt8] = []
  private var magnitude = DecimalExponent.small(0)

  /// `number` is the text of a JSON number, as its reader checked it.
  init(_ number: String) {
    var (point, inFraction, inExponent, exponentIsNegative) = (0, false, false, false)
    var exponent: [UInt8] = []
    for byte in number.utf8 {
      switch byte {
      case UInt8(ascii: "-"):
        if inExponent { exponentIsNegative = true } else { isNegative = true }
      case UInt8(ascii: "."): inFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if inExponent {
          if digit != 0 || !exponent.isEmpty { exponent.append(digit) }
        } else {
          if digit != 0 || !digits.isEmpty { digits.append(digit) }
          if inFraction {
            if digits.isEmpty { point -= 1 }
          } else if !digits.isEmpty {
            point += 1
          }
        }
      default: break
      }
    }
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty {
      isNegative = false
    } else {
      magnitude = DecimalExponent(digits: exponent, isNegative: exponentIsNegative, plus: point)
    }
  }

  /// `1.0` and `1e2` are, `1.5` isn't.
  var isInteger: Bool { digits.isEmpty || !(magnitude < .small(digits.count)) }

  var isZero: Bool { digits.isEmpty }

  /// The exponent of a power of ten, from 10^0 on.
  var powerOfTen: Int? {
    guard digits == [1], !isNegative, case .small(let magnitude) = magnitude, magnitude > 0 else { return nil }
    return magnitude - 1
  }

  /// A whole number from 0 to 10^15 - 1; `nil` for all others.
  var smallCount: Int? {
    if digits.isEmpty { return 0 }
    guard isInteger, !isNegative, case .small(let magnitude) = magnitude, magnitude <= 15 else { return nil }
    return (0..<magnitude).reduce(0) { $0 * 10 + ($1 < digits.count ? Int(digits[$1]) : 0) }
  }
}

extension ExactDecimal: Comparable {
  static func < (lhs: ExactDecimal, rhs: ExactDecimal) -> Bool {
    if lhs.sign != rhs.sign { return lhs.sign < rhs.sign }
    return lhs.isNegative ? rhs.isCloserToZero(than: lhs) : lhs.isCloserToZero(than: rhs)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  private func isCloserToZero(than other: ExactDecimal) -> Bool {
    magnitude == other.magnitude
      ? digits.lexicographicallyPrecedes(other.digits)
      : magnitude < other.magnitude
  }
}
