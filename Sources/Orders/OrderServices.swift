public import HTTPClient

/// The services that the work on an order calls, those that are configured.
public struct OrderServices: Sendable {
  /// Where they are, and how they are called.
  public struct Configuration: Sendable {
    /// `GET PRODUCTS/{product}`: any 2xx where there is such a product.
    public var products: BaseURL?
    /// `GET USERS/{user}`: any 2xx where there is such a user.
    public var users: BaseURL?
    /// `POST METADATA`, with the order.
    public var metadata: BaseURL?
    /// Sent to all of them as `Authorization: Bearer TOKEN`.
    public var token: String?
    public var userAgent = "orders"
    /// Calls of one service that are under way at once.
    public var connections = 8
    /// The authorities that may sign a service's certificate, as PEM; `nil`: the system's.
    var authorities: [UInt8]?
    /// One call, from its beginning to the last byte that is read of its answer.
    var callTime = Duration.seconds(10)

    public init() {}
  }

  let products: OrderService?
  let users: OrderService?
  let metadata: OrderService?

  /// No service: the work is paced.
  public static let none = OrderServices(Configuration(), client: Client())

  /// `client` may be anyone's: connections are kept in it.
  public init(_ configuration: Configuration, client: Client) {
    func service(_ name: String, _ base: BaseURL?) -> OrderService? {
      base.map { OrderService(name, at: $0, configuration, client) }
    }
    products = service("products", configuration.products)
    users = service("users", configuration.users)
    metadata = service("metadata", configuration.metadata)
  }
}
