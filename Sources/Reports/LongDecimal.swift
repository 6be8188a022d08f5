/// A decimal number, exactly: digits of any number, a sign and a point. Each value has one form, so that `2.5`, `2.50` and
/// `25e-1` are equal.
struct Decimal: Hashable, Sendable {
  /// One limb has so many digits.
  static let digitsEach = 18
  static let base: UInt64 = 1_000_000_000_000_000_000
  static let powers: [UInt64] = (0..<digitsEach).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

  /// Zero has no sign.
  private(set) var isNegative = false
  /// The value is the sum of `limbs[i]` × base^(`low` + i). Neither the first nor the last limb is 0.
  private(set) var limbs: [UInt64] = []
  private var place: Int32 = 0

  /// Limbs below 0 stand behind the point. 0 for zero. Kept in few bytes: a report may hold a million decimals.
  private(set) var low: Int {
    get { Int(place) }
    set { place = Int32(newValue) }
  }

  /// One above the place of the highest limb.
  var high: Int { low + limbs.count }
  var isZero: Bool { limbs.isEmpty }

  static let zero = Decimal()

  private init() {}

  init(_ value: Int) {
    let (high, low) = UInt64(value.magnitude).quotientAndRemainder(dividingBy: Self.base)
    self.init(isNegative: value < 0, limbs: [low, high], low: 0)
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

  static func += (sum: inout Decimal, summand: Decimal) {
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

  static prefix func - (value: Decimal) -> Decimal {
    Decimal(isNegative: !value.isNegative, limbs: value.limbs, low: value.low)
  }

  private mutating func addMagnitude(of other: Decimal) {
    makeRoom(for: other)
    var carry: UInt64 = 0
    var index = other.low - low
    let end = index + other.limbs.count
    while index < end || carry > 0 {
      if index == limbs.count { limbs.append(0) }
      let sum = limbs[index] + (index < end ? other.limbs[index + low - other.low] : 0) + carry
      carry = sum >= Self.base ? 1 : 0
      limbs[index] = sum - carry * Self.base
      index += 1
    }
    normalize()
  }

  /// `other` is not larger.
  private mutating func subtractMagnitude(of other: Decimal) {
    makeRoom(for: other)
    var borrow: UInt64 = 0
    var index = other.low - low
    let end = index + other.limbs.count
    while index < end || borrow > 0 {
      let subtrahend = (index < end ? other.limbs[index + low - other.low] : 0) + borrow
      borrow = limbs[index] < subtrahend ? 1 : 0
      limbs[index] = limbs[index] + borrow * Self.base - subtrahend
      index += 1
    }
    normalize()
  }

  private mutating func makeRoom(for other: Decimal) {
    if other.low < low {
      limbs.insert(contentsOf: repeatElement(0, count: low - other.low), at: 0)
      low = other.low
    }
    if other.high > high { limbs.append(contentsOf: repeatElement(0, count: other.high - high)) }
  }

  /// The quotient with at most six digits behind the point; a tie goes to the even digit. `divisor` is positive.
  func divided(by divisor: Int) -> Decimal {
    let divisor = UInt128(divisor)
    let bottom = min(low, -1)
    var limbs = [UInt64](repeating: 0, count: max(high, 1) - bottom)
    var remainder: UInt128 = 0
    for index in limbs.indices.reversed() {
      let place = index + bottom
      let limb = low <= place && place < high ? self.limbs[place - low] : 0
      let dividend = remainder * UInt128(Self.base) + UInt128(limb)
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
    var quotient = Decimal(isNegative: isNegative, limbs: Array(limbs[first...]), low: -1)
    if tail > unit / 2 || (tail == unit / 2 && (isMore || isOdd)) {
      quotient += Decimal(isNegative: isNegative, limbs: [unit], low: -1)
    }
    return quotient
  }
}

extension Decimal: Comparable {
  static func < (one: Decimal, other: Decimal) -> Bool {
    if one.isNegative != other.isNegative { return one.isNegative }
    return one.isNegative ? other.hasLessMagnitude(than: one) : one.hasLessMagnitude(than: other)
  }

  private func hasLessMagnitude(than other: Decimal) -> Bool {
    if isZero || other.isZero { return isZero && !other.isZero }
    if high != other.high { return high < other.high }
    for (mine, their) in zip(limbs.reversed(), other.limbs.reversed()) where mine != their { return mine < their }
    return limbs.count < other.limbs.count
  }
}
