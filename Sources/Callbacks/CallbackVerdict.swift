import Jobs

/// What came of one attempt.
enum CallbackResult: Hashable, Sendable, CustomStringConvertible {
  case answered(CallbackReply)
  /// There was no answer, for that reason.
  case failed(String)
  /// The process shuts down.
  case interrupted

  var description: String {
    switch self {
    case .answered(let reply): "status \(reply.status)"
    case .failed(let reason): reason
    case .interrupted: "interrupted"
    }
  }
}

/// What is done about it.
enum CallbackVerdict: Hashable, Sendable {
  case delivered
  case givenUp
  case again(after: Duration)
  case interrupted

  /// `Retry-After` makes a pause longer, up to the longest, and never shorter. A shutdown charges nothing but the number.
  init(of result: CallbackResult, attempt: Int, under policy: AttemptPolicy, jitter: Double) {
    switch result {
    case .answered(let reply) where (200..<300).contains(reply.status): self = .delivered
    case .answered(let reply) where reply.status == 410: self = .givenUp
    case .interrupted: self = .interrupted
    case .answered, .failed:
      guard attempt < policy.attempts else {
        self = .givenUp
        return
      }
      var pause = policy.pause(after: attempt, jitter: jitter)
      if case .answered(let reply) = result, let wish = reply.retryAfter {
        pause = max(pause, min(wish, policy.longestPause))
      }
      self = .again(after: pause)
    }
  }

  var outcome: CallbackOutcome {
    switch self {
    case .delivered, .givenUp: .settled
    case .again(let pause): .retry(after: pause)
    case .interrupted: .retry(after: .zero)
    }
  }
}
