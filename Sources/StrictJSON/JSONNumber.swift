/// What the text of a JSON number says: its sign, its digits and where the point stands.
public struct JSONNumber: Hashable, Sendable {
  /// Exponents beyond this one count as it: no text of fewer than a million digits makes up for them, and no sum of them overflows.
  public static let hugeExponent = 1_000_000

  /// `-0` has a sign.
  public private(set) var isNegative = false
  /// How many digits there are from the first on that isn't 0, those behind the point and zeros at the end included; 0 of zero.
  public private(set) var digitCount = 0
  /// Where the first of these stands in the text. The others follow, with at most the point between them.
  public private(set) var start = 0
  /// How many of the digits stand behind the point when the number is written without an exponent; where it is negative, so
  /// many zeros follow them.
  public private(set) var scale = 0

  /// `text` is a JSON number, as ``JSONReader`` accepts it: nothing is checked again.
  public init(_ text: Span<UInt8>) {
    var isFraction = false
    var index = 0
    while index < text.count {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if byte != UInt8(ascii: "0") || digitCount > 0 {
          if digitCount == 0 { start = index }
          digitCount += 1
        }
        if isFraction { scale += 1 }
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        scale -= Self.exponent(in: text, from: index + 1)
        return
      default: break
      }
      index += 1
    }
  }

  private static func exponent(in text: Span<UInt8>, from start: Int) -> Int {
    var exponent = 0
    var isNegative = false
    for index in start..<text.count {
      switch text[index] {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      case let digit: exponent = min(exponent * 10 + Int(digit - UInt8(ascii: "0")), hugeExponent)
      }
    }
    return isNegative ? -exponent : exponent
  }

  /// How many digits stand before the point when the number is written without an exponent, a leading 0 not counted; where it is
  /// negative, so many zeros follow the point. Zero keeps its exponent: `0e3` is 0000, `0e-3` is 0.000.
  public var magnitude: Int { digitCount == 0 ? 1 - scale : digitCount - scale }

  /// How many digits the number has when it is written without an exponent: the zeros that the exponent adds count, and so do
  /// those at the end of the text.
  public var writtenDigits: Int { max(1, magnitude) + max(0, scale) }
}
