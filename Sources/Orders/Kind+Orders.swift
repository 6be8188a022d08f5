public import Kinds
import StrictJSON

extension Kind {
  /// Orders, whose work calls nothing and takes no time.
  public static let orders = Kind(
    "order", path: "orders",
    description: """
      Products at a price. Where there are services, their work looks for the products and the user, and passes the \
      order on.
      """,
    input: Order.schema, example: #"{"products":["y","z"],"amount":250}"#,
    result: Order.resultSchema, work: OrderWork()
  ) { body throws(InvalidBody) in
    try Amount.check(body["amount"])
  }

  /// Whether this is ``orders``, however its limits were changed. Another kind may have the same name.
  public var isOrders: Bool { work is OrderWork }

  /// The same orders. Their work calls `services`; one unit of a step without a service takes `pace`.
  public func calling(_ services: OrderServices = .none, pace: Duration = .zero) -> Kind {
    var kind = self
    kind.work = OrderWork(pace: pace, services: services)
    return kind
  }
}
