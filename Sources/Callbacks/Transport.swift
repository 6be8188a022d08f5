/// What is sent in one attempt.
struct CallbackRequest: Sendable {
  var url: String
  var headerFields: [(name: String, value: String)]
  var body: [UInt8]
}

/// What a receiver answers, as far as it matters.
struct CallbackReply: Hashable, Sendable {
  var status: Int
  /// What `Retry-After` asks for, as seconds or as a date.
  var retryAfter: Duration?
}

/// Carries one request.
protocol Transport: Sendable {
  /// POSTs to `address` and nowhere else, whatever the URL's host may stand for by now, and follows no redirect; TLS and
  /// `Host` are the URL's. Ends soon when the task is cancelled.
  func post(_ request: CallbackRequest, to address: IPAddress) async throws -> CallbackReply
}
