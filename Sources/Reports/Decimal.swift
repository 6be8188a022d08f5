/// A decimal number, exactly: digits of any number, a sign and a point. Each value has one form, so that `2.5`, `2.50` and
/// `25e-1` are equal. Most take 24 bytes and no memory beside them: a report may hold a million.
struct Decimal: Hashable, Sendable {
  /// One limb has so many digits.
  static let digitsEach = 18
  static let base: UInt64 = 1_000_000_000_000_000_000
  static let powers: [UInt64] = (0...digitsEach).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

  /// The limbs before and behind the point; 0 where there is a `box`.
  private var whole: UInt64 = 0
  private var fraction: UInt64 = 0
  /// Of a number that is negative or has other limbs.
  private var box: Box?

  static let zero = Decimal(whole: 0, fraction: 0)

  /// Both below the base; `fraction` in units of the last digit of its limb.
  init(whole: UInt64, fraction: UInt64) {
    (self.whole, self.fraction) = (whole, fraction)
  }

  init(_ value: Int) {
    let (high, low) = UInt64(value.magnitude).quotientAndRemainder(dividingBy: Self.base)
    self.init(isNegative: value < 0, limbs: [low, high], low: 0)
  }

  /// The sum of `limbs[i]` × base^(`low` + i): limbs below the base, with any zeros around.
  init(isNegative: Bool, limbs: [UInt64], low: Int) {
    self.init(LongDecimal(isNegative: isNegative, limbs: limbs, low: low))
  }

  private init(_ long: LongDecimal) {
    if long.isNegative || long.low < -1 || long.high > 1 {
      box = Box(long)
    } else {
      (whole, fraction) = (long.limb(0), long.limb(-1))
    }
  }

  private var long: LongDecimal {
    box?.value ?? LongDecimal(isNegative: false, limbs: [fraction, whole], low: -1)
  }

  var isNegative: Bool { box?.value.isNegative ?? false }
  var isZero: Bool { whole == 0 && fraction == 0 && box == nil }
  /// Neither the first nor the last is 0.
  var limbs: [UInt64] { long.limbs }
  /// The place of the lowest limb: those below 0 stand behind the point. 0 for zero.
  var low: Int { box?.value.low ?? (fraction == 0 ? 0 : -1) }
  /// One above the place of the highest limb.
  var high: Int { box?.value.high ?? (whole == 0 ? 0 : 1) }

  func limb(_ place: Int) -> UInt64 {
    if let box { return box.value.limb(place) }
    return place == 0 ? whole : place == -1 ? fraction : 0
  }

  /// Bytes of memory that it takes beside its own.
  var heapBytes: Int { box.map { Box.bytes + 8 * $0.value.limbs.count } ?? 0 }

  static func += (sum: inout Decimal, summand: Decimal) {
    if sum.box == nil, summand.box == nil {
      let fraction = sum.fraction + summand.fraction
      let carry: UInt64 = fraction >= base ? 1 : 0
      let whole = sum.whole + summand.whole + carry
      if whole < base {
        (sum.whole, sum.fraction) = (whole, fraction - carry * base)
        return
      }
    }
    var long = sum.long
    long += summand.long
    sum = Decimal(long)
  }

  static prefix func - (value: Decimal) -> Decimal {
    Decimal(isNegative: !value.isNegative, limbs: value.limbs, low: value.low)
  }

  /// The quotient with at most six digits behind the point; a tie goes to the even digit. `divisor` is positive.
  func divided(by divisor: Int) -> Decimal { Decimal(long.divided(by: divisor)) }
}

extension Decimal: Comparable {
  static func < (one: Decimal, other: Decimal) -> Bool {
    if one.box == nil, other.box == nil {
      return one.whole != other.whole ? one.whole < other.whole : one.fraction < other.fraction
    }
    return one.long < other.long
  }
}

private final class Box: Hashable, Sendable {
  /// Of the object and of its array, without the limbs, as the allocator has them.
  static let bytes = 112

  let value: LongDecimal

  init(_ value: LongDecimal) {
    self.value = value
  }

  static func == (one: Box, other: Box) -> Bool { one.value == other.value }

  func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
