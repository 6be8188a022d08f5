import Kinds
import StrictJSON

/// What the schema can't say of an order's amount: how many characters and digits it may have.
enum Amount {
  static let longestText = 64
  /// Digits of the number as it is written without an exponent, those before and behind the point.
  static let mostDigits = 64

  /// Throws what is wrong with the member `amount` of a body.
  static func check(_ value: JSON?) throws(InvalidBody) {
    guard case .number(let text)? = value else { return }
    if text.utf8.count > longestText { throw refusal("This must have at most \(longestText) characters.") }
    if WrittenDigits.count(in: text) > mostDigits {
      throw refusal("Written without an exponent, this must have at most \(mostDigits) digits.")
    }
  }

  private static func refusal(_ detail: String) -> InvalidBody {
    InvalidBody([.init(JSONPointer.root.appending("amount"), detail)])
  }
}

/// The digits of a number when it is written without an exponent.
enum WrittenDigits {
  /// Exponents beyond any mantissa of 64 characters are all alike. No sum of such overflows.
  private static let hugeExponent = 1_000_000

  /// The zeros that the exponent adds count, and so do those at the end of the text. Zero keeps its exponent: `0e3` is
  /// 0000, `0e-3` is 0.000. `number` is the text of a JSON number.
  static func count(in number: String) -> Int {
    var isZero = true
    var exponent = 0
    var exponentIsNegative = false
    var isFraction = false
    var isExponent = false
    // The number is 0.D × 10^magnitude, where D begins with another digit than 0.
    var magnitude = 0
    // Digits behind the point.
    var scale = 0
    for byte in number.utf8 {
      switch byte {
      case UInt8(ascii: "-") where isExponent: exponentIsNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent {
          exponent = min(exponent * 10 + Int(digit), hugeExponent)
        } else {
          if digit != 0 { isZero = false }
          if !isFraction, !isZero { magnitude += 1 }
          if isFraction, isZero { magnitude -= 1 }
          if isFraction { scale += 1 }
        }
      default: break
      }
    }
    let power = exponentIsNegative ? -exponent : exponent
    magnitude += power
    scale -= power
    return max(1, isZero ? 1 - scale : magnitude) + max(0, scale)
  }
}
