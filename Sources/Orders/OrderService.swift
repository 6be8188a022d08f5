import HTTPClient
import Jobs

/// One service that the work on an order calls.
///
/// What may pass (5xx, 429, no answer) is tried again within the attempt of the order; what is used up fails the attempt.
struct OrderService: Sendable {
  /// Within one attempt of the order. The pauses are half of what the policy says or more, and at most all of it.
  private static let tries = AttemptPolicy(attempts: 4, firstPause: .milliseconds(200))
  /// A service may ask for a longer pause (`Retry-After`), up to this one.
  private static let longestPause = Duration.seconds(60)
  /// What is read of an answer, so that its connection can be kept. Nothing but the status counts.
  private static let mostRead = 1 << 20

  let name: String
  private let base: BaseURL
  private let configuration: OrderServices.Configuration
  private let client: Client
  private let room: ConnectionLimit
  private let meters: ServiceMeters

  init(_ name: String, at base: BaseURL, _ configuration: OrderServices.Configuration, _ client: Client) {
    self.name = name
    self.base = base
    self.configuration = configuration
    self.client = client
    room = ConnectionLimit(configuration.connections)
    meters = ServiceMeters(of: name)
  }

  /// Whether there is such a resource: 2xx; not where the answer is one of `absent`. Throws as ``post(_:key:trace:)``.
  func has(_ resource: String, unless absent: Set<Int>, trace: String) async throws -> Bool {
    // Not to be called: it would be another address (RFC 3986 section 5.2.4).
    if [".", ".."].contains(resource) { return false }
    let status = try await status(of: request("GET", "/" + resource.percentEncoded, trace: trace))
    if absent.contains(status) { return false }
    try accept(status)
    return true
  }

  /// Throws ``JobFailure`` (`service-refused`) where the service will not have it, ``JobRetry`` (`service-unavailable`) where
  /// it has no answer to any try, and `CancellationError`.
  func post(_ body: [UInt8], key: String, trace: String) async throws {
    var request = request("POST", "", trace: trace)
    request.fields += [("content-type", "application/json"), ("idempotency-key", "\"\(key)\"")]
    request.body = body
    try accept(try await status(of: request))
  }

  private func accept(_ status: Int) throws {
    guard !(200..<300).contains(status) else { return }
    throw JobFailure(code: "service-refused", detail: "The \(name) service answered with status \(status).")
  }

  private func request(_ method: String, _ path: String, trace: String) -> Request {
    var request = Request(
      method, base.text + path, fields: [("user-agent", configuration.userAgent), ("traceparent", trace)])
    if let token = configuration.token { request.fields.append(("authorization", "Bearer " + token)) }
    request.deadlines = Request.Deadlines(connect: configuration.callTime, whole: configuration.callTime)
    request.authorities = configuration.authorities
    return request
  }

  /// The status of the first answer that decides.
  private func status(of request: Request) async throws -> Int {
    var number = 1
    while true {
      let (reason, wish): (String, Duration?)
      switch try await room.withRoom({ try await call(request) }) {
      case .status(let status, _) where status != 429 && status < 500: return status
      case .status(let status, let retryAfter): (reason, wish) = ("status \(status)", retryAfter)
      case .none(let error): (reason, wish) = ("\(error)", nil)
      }
      guard number < Self.tries.attempts else {
        throw JobRetry(
          code: "service-unavailable",
          detail: "All \(number) calls of the \(name) service failed. The last one: \(reason).")
      }
      let pause = Self.tries.pause(after: number, jitter: .random(in: 0..<1))
      try await Task.sleep(for: wish.map { min(max($0, pause), Self.longestPause) } ?? pause)
      number += 1
    }
  }

  private enum Answer {
    case status(Int, retryAfter: Duration?)
    case none(TransferError)
  }

  private func call(_ request: Request) async throws -> Answer {
    let clock = ContinuousClock()
    let begin = clock.now
    do {
      let response = try await client.send(request)
      let head = response.head
      meters.called(for: clock.now - begin, head.status == 429 || head.status >= 500 ? .failed : .answered)
      await response.body.discard(upTo: Self.mostRead)
      return .status(head.status, retryAfter: head.retryAfter(now: Timestamp.now.milliseconds / 1000))
    } catch {
      guard error.code != .cancelled else {
        meters.called(for: clock.now - begin, .interrupted)
        throw CancellationError()
      }
      meters.called(for: clock.now - begin, .failed)
      return .none(error)
    }
  }
}
