public import Kinds
public import StrictJSON

/// What a client orders. The job's input is ``members``, the one spelling of an order: two orders are the same when
/// those bytes are.
public struct Order: Sendable {
  public static let mostProducts = 1000
  public static let longestProduct = 200

  public let products: [String]
  public let amount: Amount

  public init(_ body: JSON) throws(InvalidBody) {
    try self.init(body, isStored: false)
  }

  private init(_ body: JSON, isStored: Bool) throws(InvalidBody) {
    var shape = BodyShape(body, members: ["products", "amount"])
    let products = Self.products(&shape)
    let amount = Self.amount(&shape, isStored: isStored)
    try shape.check()
    guard let amount else { throw InvalidBody() }
    self.products = products
    self.amount = amount
  }

  private static func products(_ shape: inout BodyShape) -> [String] {
    guard let value = shape.required("products") else { return [] }
    let pointer = JSONPointer.root.appending("products")
    guard case .array(let elements) = value else {
      shape.refuse(pointer, "This must be an array of strings.")
      return []
    }
    if elements.isEmpty { shape.refuse(pointer, "There must be at least one product.") }
    if elements.count > mostProducts { shape.refuse(pointer, "There must be at most \(mostProducts) products.") }
    var products: [String] = []
    products.reserveCapacity(min(elements.count, mostProducts))
    for (index, element) in elements.prefix(mostProducts).enumerated() {
      products.append(shape.string(element, at: pointer.appending(index), upTo: longestProduct))
    }
    return products
  }

  private static func amount(_ shape: inout BodyShape, isStored: Bool) -> Amount? {
    guard let value = shape.required("amount") else { return nil }
    let pointer = JSONPointer.root.appending("amount")
    guard case .number(let text) = value else {
      shape.refuse(pointer, "This must be a number.")
      return nil
    }
    do {
      return try isStored ? Amount(stored: text) : Amount(text)
    } catch {
      switch error {
      case .tooLong: shape.refuse(pointer, "This must have at most \(Amount.longestText) characters.")
      case .negative: shape.refuse(pointer, "This must not be negative.")
      case .tooLarge: shape.refuse(pointer, "This must be at most 10^15.")
      case .tooManyDigits:
        shape.refuse(pointer, "Written without an exponent, this must have at most \(Amount.mostDigits) digits.")
      }
      return nil
    }
  }

  /// `"products":["y","z"],"amount":250`: ready to be put between `{"id":3,` and what follows. The amount has the text
  /// it came with.
  public var members: [UInt8] {
    var writer = JSONWriter(capacity: 64 + products.reduce(0) { $0 + $1.utf8.count + 3 })
    writer.raw(#""products":["#)
    for (index, product) in products.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(product)
    }
    writer.raw(#"],"amount":"#)
    writer.raw(text: amount.text)
    return writer.bytes
  }

  /// An order from its stored ``members``: one that an earlier version took may have an amount of more digits.
  init(members: [UInt8]) throws {
    try self.init(JSON(members: members), isStored: true)
  }
}

extension Order: Hashable {
  public static func == (lhs: Order, rhs: Order) -> Bool { lhs.members == rhs.members }
  public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}
