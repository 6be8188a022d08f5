internal import CoreMetrics
internal import Jobs

/// What a store's writer counts, after each commit.
struct StoreMeters: Sendable {
  private let commits = Counter(label: "orders_store_commits_total")
  private let rows = Recorder(label: "orders_store_rows_per_commit")
  private let commitTime = Timer(label: "orders_store_commit_seconds")
  private let turnWait = Timer(label: "orders_store_turn_wait_seconds")
  private let fault = Meter(label: "orders_process_store_fault")
  private let complete = ended(.complete)
  private let failed = ended(.failed)
  private let cancelled = ended(.cancelled)

  private static func ended(_ status: JobStatus) -> Counter {
    Counter(label: "orders_finished_total", dimensions: [("status", status.rawValue)])
  }

  /// Nanoseconds of the monotonic clock.
  func gotTurn(after begin: Int64) {
    turnWait.recordNanoseconds(MonotonicTime.nanoseconds - begin)
  }

  func committed(_ transaction: WriteTransaction, since begin: Int64) {
    commitTime.recordNanoseconds(MonotonicTime.nanoseconds - begin)
    commits.increment()
    rows.record(transaction.changes)
    let ended = transaction.ended
    if ended.complete > 0 { complete.increment(by: ended.complete) }
    if ended.failed > 0 { failed.increment(by: ended.failed) }
    if ended.cancelled > 0 { cancelled.increment(by: ended.cancelled) }
  }

  func noted(isFaulty: Bool) {
    fault.set(isFaulty ? 1 : 0)
  }
}
