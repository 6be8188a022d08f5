/// A whole number of any size: JSON does not limit a number's exponent. Each value has one form only.
enum DecimalExponent: Hashable, Sendable {
  /// Less than 10^18, positive or negative.
  case small(Int)
  /// All others; the digits begin with the most significant, which isn't 0.
  case large(isNegative: Bool, digits: [UInt8])

  private static let mostSmallDigits = 18

  /// The whole number of these digits, the first of which isn't 0, plus `point`, which is less than 10^18 either way.
  init(digits: [UInt8], isNegative: Bool, plus point: Int) {
    guard digits.count > Self.mostSmallDigits else {
      let magnitude = digits.reduce(0) { $0 * 10 + Int($1) }
      let sum = (isNegative ? -magnitude : magnitude) + point
      self =
        sum.magnitude < 1_000_000_000_000_000_000
        ? .small(sum)
        : .large(isNegative: sum < 0, digits: String(sum.magnitude).utf8.map { $0 - UInt8(ascii: "0") })
      return
    }
    var digits = digits
    var carry = isNegative ? -point : point
    var index = digits.count
    while carry != 0, index > 0 {
      index -= 1
      let sum = Int(digits[index]) + carry
      let digit = (sum % 10 + 10) % 10
      digits[index] = UInt8(digit)
      carry = (sum - digit) / 10
    }
    // At least 10^18 plus less than 10^18 either way: the carry is 0 or 1.
    if carry > 0 { digits.insert(UInt8(carry), at: 0) }
    let significant = digits.drop { $0 == 0 }
    if significant.count > Self.mostSmallDigits {
      self = .large(isNegative: isNegative, digits: Array(significant))
    } else {
      let magnitude = significant.reduce(0) { $0 * 10 + Int($1) }
      self = .small(isNegative ? -magnitude : magnitude)
    }
  }
}

extension DecimalExponent: Comparable {
  static func < (lhs: DecimalExponent, rhs: DecimalExponent) -> Bool {
    switch (lhs, rhs) {
    case (.small(let one), .small(let other)): one < other
    case (.small, .large(let isNegative, _)): !isNegative
    case (.large(let isNegative, _), .small): isNegative
    case (.large(false, let one), .large(false, let other)): isLess(one, other)
    case (.large(true, let one), .large(true, let other)): isLess(other, one)
    case (.large(let isNegative, _), .large): isNegative
    }
  }

  private static func isLess(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count ? one.lexicographicallyPrecedes(other) : one.count < other.count
  }
}
