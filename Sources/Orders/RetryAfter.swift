import Jobs

/// How long a client should wait before it asks again, in whole seconds.
enum RetryAfter {
  /// While the store can't be used: about as long as a write waits for its turn.
  static let secondsWhenUnavailable = 5
  static let longest = 30
  static let longestWhenBusy = 120

  /// The time in which a tenth of what waits is worked off at the measured rate (`nil` while that is unknown), between 1
  /// and ``longestWhenBusy``: there is room then, and not everybody comes back at once.
  static func seconds(forQueueOf queued: Int, perSecond rate: Double?) -> Int {
    guard let rate else { return 5 }
    let seconds = (Double(queued) / 10 / max(rate, 1e-9)).rounded(.up)
    return Int(min(max(seconds, 1), Double(longestWhenBusy)))
  }

  /// A tenth of the time the job still needs at its pace so far, between 1 and ``longest``.
  static func seconds(for job: Job) -> Int {
    guard job.status == .running, let startedAt = job.startedAt, job.progress.percent > 0 else { return 1 }
    let elapsed = max(0, job.updatedAt.milliseconds - startedAt.milliseconds)
    let percent = Int64(min(job.progress.percent, 99))
    let remaining = elapsed.multipliedReportingOverflow(by: 100 - percent).partialValue / percent
    return Int(min(max(remaining / 10_000, 1), Int64(longest)))
  }
}
