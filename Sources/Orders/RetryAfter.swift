import Jobs

/// How long a client should wait before it asks again, in whole seconds.
enum RetryAfter {
  static let secondsWhenBusy = 5
  static let secondsAtShutdown = 1
  static let longest = 30

  /// A tenth of the time the job still needs at its pace so far, between 1 and ``longest``.
  static func seconds(for job: Job) -> Int {
    guard job.status == .running, let startedAt = job.startedAt, job.progress.percent > 0 else { return 1 }
    let elapsed = max(0, job.updatedAt.milliseconds - startedAt.milliseconds)
    let percent = Int64(min(job.progress.percent, 99))
    let remaining = elapsed.multipliedReportingOverflow(by: 100 - percent).partialValue / percent
    return Int(min(max(remaining / 10_000, 1), Int64(longest)))
  }
}
