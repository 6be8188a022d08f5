public import Kinds
import StrictJSON

extension Kind {
  /// Orders, whose work takes no time.
  public static let orders = Kind(
    "order", path: "orders", description: "Products at a price. Their work is a pause for each product and step.",
    input: Order.schema, example: #"{"products":["y","z"],"amount":250}"#,
    result: Order.resultSchema, work: OrderWork()
  ) { body throws(InvalidBody) in
    try Amount.check(body["amount"])
  }

  /// Whether this is ``orders``, however its limits were changed. Another kind may have the same name.
  public var isOrders: Bool { work is OrderWork }

  /// The same orders. One unit of an order's work takes `pace`.
  public func paced(_ pace: Duration) -> Kind {
    var kind = self
    kind.work = OrderWork(pace: pace)
    return kind
  }
}
