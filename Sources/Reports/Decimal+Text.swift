import StrictJSON

extension Decimal {
  /// `number` is the text of a JSON number. `nil` where it has more than `mostDigits` digits when it is written without an
  /// exponent: the zeros that the exponent adds count, and so do those at the end of the text.
  init?(_ number: String, mostDigits: Int = .max) {
    self.init(number.utf8.span, mostDigits: mostDigits)
  }

  /// The same of the text's bytes.
  init?(_ text: Span<UInt8>, mostDigits: Int = .max) {
    let number = JSONNumber(text)
    guard number.writtenDigits <= mostDigits else { return nil }
    guard !number.isNegative, number.magnitude <= Self.digitsEach, number.scale <= Self.digitsEach else {
      self.init(long: number, in: text)
      return
    }
    var (whole, fraction) = (0 as UInt64, 0 as UInt64)
    var (index, left, beforePoint) = (number.start, number.digitCount, number.magnitude)
    while left > 0 {
      if text[index] != UInt8(ascii: ".") {
        let digit = UInt64(text[index] - UInt8(ascii: "0"))
        if beforePoint > 0 { whole = whole * 10 + digit } else { fraction = fraction * 10 + digit }
        (left, beforePoint) = (left - 1, beforePoint - 1)
      }
      index += 1
    }
    self.init(
      whole: whole * Self.powers[max(0, -number.scale)],
      fraction: fraction * Self.powers[Self.digitsEach - max(0, number.scale)])
  }

  private init?(long number: JSONNumber, in text: Span<UInt8>) {
    guard let low = number.digitCount == 0 ? 0 : Self.place(ofPower: -number.scale) else { return nil }
    var limbs = [UInt64](repeating: 0, count: (number.digitCount + 2 * Self.digitsEach - 2) / Self.digitsEach)
    // Of the digit that comes next, in the lowest limb.
    var power = number.digitCount - 1 - number.scale - low * Self.digitsEach
    var (index, left) = (number.start, number.digitCount)
    while left > 0 {
      if text[index] != UInt8(ascii: ".") {
        limbs[power / Self.digitsEach] += UInt64(text[index] - UInt8(ascii: "0")) * Self.powers[power % Self.digitsEach]
        (left, power) = (left - 1, power - 1)
      }
      index += 1
    }
    self.init(isNegative: number.isNegative, limbs: limbs, low: low)
  }

  /// Of the limb that has the digit of 10^`power`. Values that no report needs have none.
  private static func place(ofPower power: Int) -> Int? {
    guard power.magnitude < JSONNumber.hugeExponent else { return nil }
    return (power + JSONNumber.hugeExponent * digitsEach) / digitsEach - JSONNumber.hugeExponent
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
