import CoreMetrics

/// What came of one call.
enum ServiceCallOutcome: String {
  /// A status that decides: 2xx, 3xx, or 4xx but 429.
  case answered
  /// 5xx, 429, or no answer.
  case failed
  /// The order was cancelled, given back or out of time.
  case interrupted
}

/// The calls of one service.
struct ServiceMeters: Sendable {
  private let answered: Counter
  private let failed: Counter
  private let interrupted: Counter
  private let seconds: Timer

  init(of service: String) {
    let service = [("service", service)]
    func calls(_ outcome: ServiceCallOutcome) -> Counter {
      Counter(label: "orders_service_calls_total", dimensions: service + [("outcome", outcome.rawValue)])
    }
    (answered, failed, interrupted) = (calls(.answered), calls(.failed), calls(.interrupted))
    seconds = Timer(label: "orders_service_call_seconds", dimensions: service)
  }

  func called(for duration: Duration, _ outcome: ServiceCallOutcome) {
    seconds.recordNanoseconds(
      duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000)
    switch outcome {
    case .answered: answered.increment()
    case .failed: failed.increment()
    case .interrupted: interrupted.increment()
    }
  }
}
