import StrictJSON

/// What a report needs of an order.
struct PastOrder {
  /// Each once.
  private(set) var products: [Product] = []
  /// As it was written.
  private(set) var amount: String?

  /// `input` as the store has it: the order's members without the braces around them. One that can't be read has no
  /// products and no amount.
  init(_ input: [UInt8]) {
    var object: [UInt8] = []
    object.reserveCapacity(input.count + 2)
    object.append(UInt8(ascii: "{"))
    object += input
    object.append(UInt8(ascii: "}"))
    guard let order = try? JSONReader.read(object) else { return }
    amount = order["amount"]?.number
    guard case .array(let names)? = order["products"] else { return }
    products = names.compactMap { $0.string.map(Product.init) }
    guard products.count > 1 else { return }
    if products.count <= 8 {
      for index in products.indices.reversed() where products[..<index].contains(products[index]) {
        products.remove(at: index)
      }
    } else {
      products = Array(Set(products))
    }
  }
}
