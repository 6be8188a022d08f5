/// How an attempt ends.
public enum JobOutcome: Hashable, Sendable {
  /// The result's bytes are stored in the same transaction.
  case complete([UInt8])
  case fail(JobFailure)
  /// Back to the queue without an outcome and without charge: the attempt did not count.
  case release
  /// Back to the queue without charge; not claimed again before that time has passed, as after ``retry(after:)``.
  case postpone(for: Duration)
  /// Back to the queue, with one attempt less; not claimed again before that time has passed (on the monotonic clock,
  /// so that a clock jump changes nothing; a restart of the machine ends the wait).
  case retry(after: Duration)

  public var event: JobEvent {
    switch self {
    case .complete: .complete
    case .fail: .fail
    case .release, .postpone, .retry: .release
    }
  }
}
