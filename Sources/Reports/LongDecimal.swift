/// A decimal number of any number of limbs, each of ``Decimal/digitsEach`` digits, and a sign. Each value has one form.
struct LongDecimal: Hashable, Sendable {
  /// Zero has no sign.
  private(set) var isNegative = false
  /// The value is the sum of `limbs[i]` × base^(`low` + i). Neither the first nor the last limb is 0.
  private(set) var limbs: [UInt64] = []
  /// Limbs below 0 stand behind the point. 0 for zero.
  private(set) var low = 0

  /// One above the place of the highest limb.
  var high: Int { low + limbs.count }
  var isZero: Bool { limbs.isEmpty }

  func limb(_ place: Int) -> UInt64 {
    low <= place && place < high ? limbs[place - low] : 0
  }

  /// Limbs below the base, with any zeros around.
  init(isNegative: Bool, limbs: [UInt64], low: Int) {
    self.isNegative = isNegative
    self.limbs = limbs
    self.low = low
    normalize()
  }

  private mutating func normalize() {
    while limbs.last == 0 { limbs.removeLast() }
    if limbs.first == 0, let first = limbs.firstIndex(where: { $0 != 0 }) {
      limbs.removeFirst(first)
      low += first
    }
    if limbs.isEmpty { (isNegative, low) = (false, 0) }
  }

  static func += (sum: inout LongDecimal, summand: LongDecimal) {
    if summand.isZero { return }
    if sum.isZero {
      sum = summand
    } else if sum.isNegative == summand.isNegative {
      sum.addMagnitude(of: summand)
    } else if sum.hasLessMagnitude(than: summand) {
      var difference = summand
      difference.subtractMagnitude(of: sum)
      sum = difference
    } else {
      sum.subtractMagnitude(of: summand)
    }
  }

  private mutating func addMagnitude(of other: LongDecimal) {
    makeRoom(for: other)
    var carry: UInt64 = 0
    var index = other.low - low
    let end = index + other.limbs.count
    while index < end || carry > 0 {
      if index == limbs.count { limbs.append(0) }
      let sum = limbs[index] + (index < end ? other.limbs[index + low - other.low] : 0) + carry
      carry = sum >= Decimal.base ? 1 : 0
      limbs[index] = sum - carry * Decimal.base
      index += 1
    }
    normalize()
  }

  /// `other` is not larger.
  private mutating func subtractMagnitude(of other: LongDecimal) {
    makeRoom(for: other)
    var borrow: UInt64 = 0
    var index = other.low - low
    let end = index + other.limbs.count
    while index < end || borrow > 0 {
      let subtrahend = (index < end ? other.limbs[index + low - other.low] : 0) + borrow
      borrow = limbs[index] < subtrahend ? 1 : 0
      limbs[index] = limbs[index] + borrow * Decimal.base - subtrahend
      index += 1
    }
    normalize()
  }

  private mutating func makeRoom(for other: LongDecimal) {
    if other.low < low {
      limbs.insert(contentsOf: repeatElement(0, count: low - other.low), at: 0)
      low = other.low
    }
    if other.high > high { limbs.append(contentsOf: repeatElement(0, count: other.high - high)) }
  }

  /// The quotient with at most six digits behind the point; a tie goes to the even digit. `divisor` is positive.
  func divided(by divisor: Int) -> LongDecimal {
    let divisor = UInt128(divisor)
    let bottom = min(low, -1)
    var limbs = [UInt64](repeating: 0, count: max(high, 1) - bottom)
    var remainder: UInt128 = 0
    for index in limbs.indices.reversed() {
      let dividend = remainder * UInt128(Decimal.base) + UInt128(limb(index + bottom))
      limbs[index] = UInt64(dividend / divisor)
      remainder = dividend % divisor
    }
    // Six digits of the first limb behind the point are kept.
    let first = -1 - bottom
    let unit: UInt64 = 1_000_000_000_000
    let tail = limbs[first] % unit
    let isMore = remainder != 0 || limbs[..<first].contains { $0 != 0 }
    let isOdd = limbs[first] / unit % 2 == 1
    limbs[first] -= tail
    var quotient = LongDecimal(isNegative: isNegative, limbs: Array(limbs[first...]), low: -1)
    if tail > unit / 2 || (tail == unit / 2 && (isMore || isOdd)) {
      quotient += LongDecimal(isNegative: isNegative, limbs: [unit], low: -1)
    }
    return quotient
  }
}

extension LongDecimal: Comparable {
  static func < (one: LongDecimal, other: LongDecimal) -> Bool {
    if one.isNegative != other.isNegative { return one.isNegative }
    return one.isNegative ? other.hasLessMagnitude(than: one) : one.hasLessMagnitude(than: other)
  }

  private func hasLessMagnitude(than other: LongDecimal) -> Bool {
    if isZero || other.isZero { return isZero && !other.isZero }
    if high != other.high { return high < other.high }
    for (mine, their) in zip(limbs.reversed(), other.limbs.reversed()) where mine != their { return mine < their }
    return limbs.count < other.limbs.count
  }
}
