/// What is to be ordered.
public struct NewOrder: Hashable, Sendable {
  public let products: [String]
  /// A number as JSON writes it: sent digit for digit.
  public let amount: String

  /// `nil` where the amount is no number. Everything else is the service's to judge.
  public init?(products: [String], amount: String) {
    guard JSONText.isNumber(amount) else { return nil }
    self.products = products
    self.amount = amount
  }

  /// `{"products":["y","z"],"amount":19.90}`
  var body: String {
    "{\"products\":[\(products.map(JSONText.quoted).joined(separator: ","))],\"amount\":\(amount)}"
  }
}
