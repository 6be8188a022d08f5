import StrictJSON

/// What `orders submit` sends: the input of a job of the kind `order`.
public struct JobInput: Hashable, Sendable {
  public let products: [String]
  /// A number as JSON writes it: sent digit for digit.
  public let amount: String

  /// `nil` where the amount is no number. Everything else is the service's to judge.
  public init?(products: [String], amount: String) {
    guard JSON(document: Array(amount.utf8)) == .number(amount) else { return nil }
    self.products = products
    self.amount = amount
  }

  /// `{"products":["y","z"],"amount":19.90}`
  var body: [UInt8] {
    var writer = JSONWriter()
    writer.value(.object([.init("products", .array(products.map(JSON.string))), .init("amount", .number(amount))]))
    return writer.bytes
  }
}
