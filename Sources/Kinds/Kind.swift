public import Jobs
public import StrictJSON

/// A kind of work, declared once. Routes, checks, OpenAPI, problem codes, callbacks, metrics, the runner's policy and the
/// queue's limits are all made from it, so that adding a kind means to write one of these and to name it in one list.
public struct Kind: Sendable {
  /// The kind in the store and in metrics: `order`.
  public let name: JobKind
  /// The first segment of its routes, and the member that holds a page: `orders` makes `/orders`, `/orders/3`, ….
  public let path: String
  /// The word in codes and sentences: `order` makes `order-not-finished` and `invalid-order`.
  public let noun: String
  /// What people call it: `Orders`.
  public let title: String
  /// A sentence on what it does, for the description of the API.
  public let summary: String?
  /// The media type of a result's bytes.
  public let resultType: String
  /// What its bodies look like, for the description of the API; `nil`: that says nothing of them.
  public let schema: BodySchema?
  /// A body to try, for people.
  public let example: String?
  public var limits: KindLimits
  /// How often a job is tried; `nil`: as the service says.
  public var attempts: Int?
  /// How long a job is kept after its end; `nil`: as the service says.
  public var keep: Keep?
  /// Checks a body, and makes the job's input of it: the body's members in one canonical spelling, as JSON without the
  /// braces around them. They are spliced into the representation as they are, and under one idempotency key equal
  /// bytes are the same submission.
  public let input: @Sendable (_ body: JSON) throws(InvalidBody) -> [UInt8]
  public let work: any Workload

  /// `noun` is the name, and `title` the path with a capital, unless they are given.
  public init(
    _ name: String, path: String, noun: String? = nil, title: String? = nil, summary: String? = nil,
    resultType: String = "application/json", schema: BodySchema? = nil, example: String? = nil,
    limits: KindLimits = KindLimits(), attempts: Int? = nil, keep: Keep? = nil, work: any Workload,
    input: @escaping @Sendable (_ body: JSON) throws(InvalidBody) -> [UInt8]
  ) {
    self.name = JobKind(rawValue: name)
    self.path = path
    self.noun = noun ?? name
    self.title = title ?? path.prefix(1).uppercased() + path.dropFirst()
    self.summary = summary
    self.resultType = resultType
    self.schema = schema
    self.example = example
    self.limits = limits
    self.attempts = attempts
    self.keep = keep
    self.input = input
    self.work = work
  }
}
