public import Kinds

extension Kind {
  /// Orders, whose work takes no time.
  public static let orders = orders(pace: .zero)

  /// Orders. One unit of an order's work takes `pace`.
  public static func orders(pace: Duration) -> Kind {
    Kind(
      "order", path: "orders", schema: .order, example: #"{"products":["y","z"],"amount":250}"#,
      work: OrderWork(pace: pace)
    ) { body throws(InvalidBody) in
      try Order(body).members
    }
  }
}
