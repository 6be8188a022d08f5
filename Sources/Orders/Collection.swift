public import Jobs
public import StrictJSON

/// A collection of routes (`/orders`, `/orders/3`, …) made for one kind of job. Hand it to an ``API``, and a `Workload`
/// of the same kind to the runner: nothing else is needed for a new long-running resource.
public struct Collection: Sendable {
  /// The first segment of its routes, and the member that holds a page: `orders`.
  public let path: String
  public let kind: JobKind
  /// The word in codes and sentences: `order` makes `order-not-finished` and `invalid-order`.
  public let noun: String
  /// The media type of a result's bytes.
  public let resultType: String
  /// What its bodies look like, for the description of the API; `nil`: that says nothing of them.
  public let schema: BodySchema?
  /// A body to try, for people.
  public let example: String?
  /// Checks a body, and makes the job's input of it: the body's members in one canonical spelling, as JSON without the
  /// braces around them. They are spliced into the representation as they are, and under one idempotency key equal
  /// bytes are the same submission.
  public let input: @Sendable (_ body: JSON) throws(InvalidBody) -> [UInt8]

  public init(
    path: String, kind: JobKind, noun: String? = nil, resultType: String = "application/json",
    schema: BodySchema? = nil, example: String? = nil,
    input: @escaping @Sendable (_ body: JSON) throws(InvalidBody) -> [UInt8]
  ) {
    self.path = path
    self.kind = kind
    self.noun = noun ?? kind.rawValue
    self.resultType = resultType
    self.schema = schema
    self.example = example
    self.input = input
  }

  /// The orders of this service.
  public static let orders = Collection(
    path: "orders", kind: OrderWork.kind, schema: .order, example: #"{"products":["y","z"],"amount":250}"#
  ) { body throws(InvalidBody) in
    try Order(body).members
  }
}
