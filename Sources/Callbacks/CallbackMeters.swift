import CoreMetrics

/// What a ``CallbackSender`` counts: attempts, by what came of them. One that is given back is counted when it is sent again.
struct CallbackMeters: Sendable {
  private let delivered = attempts("delivered")
  private let failed = attempts("failed")
  private let givenUp = attempts("given-up")

  private static func attempts(_ outcome: String) -> Counter {
    Counter(label: "orders_callback_attempts_total", dimensions: [("outcome", outcome)])
  }

  func attempted(_ verdict: CallbackVerdict) {
    switch verdict {
    case .delivered: delivered.increment()
    case .again: failed.increment()
    case .givenUp: givenUp.increment()
    case .interrupted: break
    }
  }
}
