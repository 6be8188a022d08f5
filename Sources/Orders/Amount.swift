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
    if JSONNumber(text.utf8.span).writtenDigits > mostDigits {
      throw refusal("Written without an exponent, this must have at most \(mostDigits) digits.")
    }
  }

  private static func refusal(_ detail: String) -> InvalidBody {
    InvalidBody([.init(JSONPointer.root.appending("amount"), detail)])
  }
}
