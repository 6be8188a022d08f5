/// An amount: a decimal from 0 to 10^15 that keeps its text, never through a binary float.
///
/// Two amounts are equal when their texts are: `1.0` and `1.00` are different orders under one idempotency key.
public struct Amount: Hashable, Sendable {
  public static let longestText = 64
  /// Digits of the number as it is written without an exponent, those before and behind the point.
  public static let mostDigits = 64
  public let text: String

  public enum Violation: Error, Hashable, Sendable {
    case tooLong
    case negative
    case tooLarge
    case tooManyDigits
  }

  /// `number` is the text of a JSON number, as ``JSONReader`` checked it.
  public init(_ number: String) throws(Violation) {
    try self.init(number, mostDigits: Self.mostDigits)
  }

  /// An amount that is stored already: earlier versions took any number of digits.
  init(stored number: String) throws(Violation) {
    try self.init(number, mostDigits: .max)
  }

  private init(_ number: String, mostDigits: Int) throws(Violation) {
    guard number.utf8.count <= Self.longestText else { throw .tooLong }
    let decimal = Decimal(number.utf8)
    guard !decimal.isNegative else { throw .negative }
    guard decimal.isAtMostTenToThe(15) else { throw .tooLarge }
    guard decimal.writtenDigits <= mostDigits else { throw .tooManyDigits }
    text = number
  }
}

/// A decimal as 0.D × 10^`magnitude`, where the digits D begin and end with a digit other than 0; no digits are zero.
private struct Decimal {
  private var digits: [UInt8] = []
  private var magnitude = 0
  private var minus = false
  /// Digits behind the point, as far as the text without its exponent has any, minus the exponent.
  private var scale = 0

  /// Exponents beyond any mantissa of 64 characters are all alike. No sum of such overflows.
  private static let hugeExponent = 1_000_000

  init(_ text: String.UTF8View) {
    var exponent = 0
    var exponentMinus = false
    var inFraction = false
    var inExponent = false
    for byte in text {
      switch byte {
      case UInt8(ascii: "-") where inExponent: exponentMinus = true
      case UInt8(ascii: "-"): minus = true
      case UInt8(ascii: "."): inFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if inExponent {
          exponent = min(exponent * 10 + Int(digit), Self.hugeExponent)
        } else {
          if !digits.isEmpty || digit != 0 { digits.append(digit) }
          if !inFraction, !digits.isEmpty { magnitude += 1 }
          if inFraction, digits.isEmpty { magnitude -= 1 }
          if inFraction { scale += 1 }
        }
      default: break
      }
    }
    while digits.last == 0 { digits.removeLast() }
    magnitude += exponentMinus ? -exponent : exponent
    scale -= exponentMinus ? -exponent : exponent
  }

  /// Minus zero is zero.
  var isNegative: Bool { minus && !digits.isEmpty }

  /// Digits of the number written without an exponent: the zeros that the exponent adds count, and so do those at the end
  /// of the text. Zero keeps its exponent: `0e3` is 0000, `0e-3` is 0.000.
  var writtenDigits: Int { max(1, digits.isEmpty ? 1 - scale : magnitude) + max(0, scale) }

  func isAtMostTenToThe(_ power: Int) -> Bool {
    digits.isEmpty || magnitude <= power || (magnitude == power + 1 && digits == [1])
  }
}
