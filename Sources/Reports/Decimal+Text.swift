extension Decimal {
  /// Beyond any text that can be read; no sum of such overflows.
  private static let hugeExponent = 1_000_000

  /// `number` is the text of a JSON number. `nil` where it has more than `mostDigits` digits when it is written without an
  /// exponent: the zeros that the exponent adds count, and so do those at the end of the text.
  init?(_ number: String, mostDigits: Int = .max) {
    if let (whole, fraction) = Self.short(number), mostDigits >= 2 * Self.digitsEach {
      self.init(isNegative: false, limbs: fraction == 0 ? [whole] : [fraction, whole], low: fraction == 0 ? 0 : -1)
      return
    }
    var digits: [UInt8] = []
    var isNegative = false
    var (isFraction, isExponent, exponentIsNegative) = (false, false, false)
    // Digits behind the point.
    var (scale, exponent) = (0, 0)
    for byte in number.utf8 {
      switch byte {
      case UInt8(ascii: "-"): if isExponent { exponentIsNegative = true } else { isNegative = true }
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent {
          exponent = min(exponent * 10 + Int(digit), Self.hugeExponent)
        } else {
          if digit != 0 || !digits.isEmpty { digits.append(digit) }
          if isFraction { scale += 1 }
        }
      default: break
      }
    }
    scale -= exponentIsNegative ? -exponent : exponent
    // Zero keeps its exponent: 0e3 is 0000.
    let beforePoint = digits.isEmpty ? 1 - scale : digits.count - scale
    guard max(1, beforePoint) + max(0, scale) <= mostDigits else { return nil }
    while digits.last == 0 {
      digits.removeLast()
      scale -= 1
    }
    guard let low = digits.isEmpty ? 0 : Self.place(ofPower: -scale) else { return nil }
    var limbs = [UInt64](repeating: 0, count: (digits.count + 2 * Self.digitsEach - 2) / Self.digitsEach)
    for (index, digit) in digits.enumerated() {
      let power = digits.count - 1 - index - scale - low * Self.digitsEach
      limbs[power / Self.digitsEach] += UInt64(digit) * Self.powers[power % Self.digitsEach]
    }
    self.init(isNegative: isNegative, limbs: limbs, low: low)
  }

  /// The two limbs of a number as most are: of few digits before and behind the point, without a sign and an exponent.
  private static func short(_ number: String) -> (whole: UInt64, fraction: UInt64)? {
    guard number.utf8.count <= digitsEach else { return nil }
    var (whole, fraction) = (0 as UInt64, 0 as UInt64)
    // Of the digit behind the point that comes next; `nil` before the point.
    var unit: UInt64?
    for byte in number.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = UInt64(byte - UInt8(ascii: "0"))
        if let place = unit {
          fraction += digit * place
          unit = place / 10
        } else {
          whole = whole * 10 + digit
        }
      case UInt8(ascii: "."): unit = base / 10
      default: return nil
      }
    }
    return (whole, fraction)
  }

  /// Of the limb that has the digit of 10^`power`. Values that no report needs have none.
  private static func place(ofPower power: Int) -> Int? {
    guard power.magnitude < hugeExponent else { return nil }
    return (power + hugeExponent * digitsEach) / digitsEach - hugeExponent
  }

  /// The shortest text without an exponent: `1000`, `0.5`, `-2.25`. No zeros end its fraction.
  var text: String {
    var text = isNegative ? "-" : ""
    if high <= 0 { text += "0" }
    for place in stride(from: high - 1, through: 0, by: -1) {
      let digits = String(limb(place))
      if place < high - 1 { text += String(repeating: "0", count: Self.digitsEach - digits.count) }
      text += digits
    }
    guard low < 0 else { return text }
    text += "."
    for place in stride(from: -1, through: low, by: -1) {
      let digits = String(limb(place))
      text += String(repeating: "0", count: Self.digitsEach - digits.count) + digits
    }
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    return text
  }

  func limb(_ place: Int) -> UInt64 {
    low <= place && place < high ? limbs[place - low] : 0
  }

  /// Which part of `whole` it is, in `units`, rounded down: for pictures. Neither is negative, and it is not more than `whole`. At
  /// most the first 18 to 36 digits count.
  func share(of whole: Decimal, in units: Int) -> Int {
    guard !whole.isZero else { return 0 }
    let (mine, all) = (leading(from: whole.high), whole.leading(from: whole.high))
    return Int(mine / 1_000_000 * UInt128(units) / max(1, all / 1_000_000))
  }

  private func leading(from high: Int) -> UInt128 {
    UInt128(limb(high - 1)) * UInt128(Self.base) + UInt128(limb(high - 2))
  }
}
