public import Kinds
import StrictJSON

extension Kind {
  /// Orders, whose work takes no time.
  public static let orders = orders(pace: .zero)

  /// Orders. One unit of an order's work takes `pace`.
  public static func orders(pace: Duration) -> Kind {
    Kind(
      "order", path: "orders", description: "Products at a price; each unit of the work on them takes a pace.",
      input: Order.schema, example: #"{"products":["y","z"],"amount":250}"#,
      result: Order.resultSchema, work: OrderWork(pace: pace)
    ) { body throws(InvalidBody) in
      try Amount.check(body["amount"])
    }
  }
}
