internal import CoreMetrics
internal import Jobs
internal import Synchronization

/// What a store's writer counts, after each commit.
final class StoreMeters: Sendable {
  private let commits = Counter(label: "orders_store_commits_total")
  private let rows = Recorder(label: "orders_store_rows_per_commit")
  private let commitTime = Timer(label: "orders_store_commit_seconds")
  private let turnWait = Timer(label: "orders_store_turn_wait_seconds")
  private let fault = Meter(label: "orders_process_store_fault")
  private let ends = Mutex<[JobKind: EndMeters]>([:])
  /// That of the task that opens the store: kinds are met on the writer's thread, which has no task.
  private let factory = MetricsSystem.factory

  private struct EndMeters {
    let complete, failed, cancelled: Counter

    init(of kind: JobKind, in factory: any MetricsFactory) {
      func counter(_ status: JobStatus) -> Counter {
        Counter(
          label: "orders_finished_total", dimensions: [("kind", kind.rawValue), ("status", status.rawValue)],
          factory: factory)
      }
      (complete, failed, cancelled) = (counter(.complete), counter(.failed), counter(.cancelled))
    }

    func count(_ ends: EndedCounts.Ends) {
      if ends.complete > 0 { complete.increment(by: ends.complete) }
      if ends.failed > 0 { failed.increment(by: ends.failed) }
      if ends.cancelled > 0 { cancelled.increment(by: ends.cancelled) }
    }
  }

  /// Nanoseconds of the monotonic clock.
  func gotTurn(after begin: Int64) {
    turnWait.recordNanoseconds(MonotonicTime.nanoseconds - begin)
  }

  func committed(_ transaction: WriteTransaction, since begin: Int64) {
    commitTime.recordNanoseconds(MonotonicTime.nanoseconds - begin)
    commits.increment()
    rows.record(transaction.changes)
    guard !transaction.ended.kinds.isEmpty else { return }
    ends.withLock { known in
      for (kind, ends) in transaction.ended.kinds {
        let meters = known[kind] ?? EndMeters(of: kind, in: factory)
        known[kind] = meters
        meters.count(ends)
      }
    }
  }

  func noted(isFaulty: Bool) {
    fault.set(isFaulty ? 1 : 0)
  }
}
