internal import Foundation
internal import Jobs

/// The writes that wait for the member's writer, and the ``StandingClaim``. Any thread adds writes; the writer's thread takes
/// them.
///
/// `@unchecked Sendable`: `condition` guards all that changes.
final class WriteQueue: @unchecked Sendable {
  private enum Phase {
    case open
    /// Refuses new writes and finishes those that wait.
    case closing
    case closed
  }

  private let condition = NSCondition()
  private var phase = Phase.open
  private var waiting: [PendingWrite] = []
  private var standing: StandingWrite?
  /// Whether this member's last commit left jobs waiting.
  private var leftSomeWaiting = false
  private var closers: [(deadline: MonotonicTime, continuation: CheckedContinuation<Void, Never>)] = []

  /// False from ``refuse()`` on.
  var isOpen: Bool {
    condition.withLock { if case .open = phase { true } else { false } }
  }

  /// Writes whose transaction hasn't begun.
  var count: Int {
    condition.withLock { waiting.count }
  }

  /// Fails as `.closed` when the member is closing.
  func add(_ write: PendingWrite) {
    condition.lock()
    guard case .open = phase else {
      condition.unlock()
      return write.resume(Self.closed(write.operation))
    }
    waiting.append(write)
    if waiting.count == 1 { condition.signal() }
    condition.unlock()
  }

  /// Replaces the standing claim. It runs at the end of each transaction, and at once if the last commit left jobs that it
  /// could take.
  func stand(_ claim: StandingClaim, _ body: @escaping StandingWrite.Body) {
    condition.lock()
    let last: StandingClaim?
    if case .closed = phase {
      last = claim
    } else {
      last = standing?.claim
      standing = StandingWrite(claim, body)
      if addLook() { condition.signal() }
    }
    condition.unlock()
    last?.withdraw()
  }

  /// Under the lock: adds an empty write, so that a transaction runs the claim, if the last commit left jobs waiting, the claim
  /// hasn't seen them, and no write is queued. Returns whether it did.
  private func addLook() -> Bool {
    guard case .open = phase, leftSomeWaiting, waiting.isEmpty, standing?.claim.wantsLook ?? false else { return false }
    waiting.append(Write<Void>("claim", continuation: nil) { _ in })
    return true
  }

  /// Removes and returns the writes that have waited for `limit`, and resumes callers of ``ended(before:)`` whose deadline has
  /// passed.
  func expire(waitedFor limit: Duration, at now: MonotonicTime) -> [PendingWrite] {
    condition.lock()
    let late = Array(waiting.prefix { $0.since.advanced(by: limit) <= now })
    waiting.removeFirst(late.count)
    let lateClosers = closers.filter { $0.deadline <= now }
    closers.removeAll { $0.deadline <= now }
    condition.unlock()
    for closer in lateClosers { closer.continuation.resume() }
    return late
  }

  /// Refuses writes from now on.
  func refuse() {
    condition.withLock {
      if case .open = phase { phase = .closing }
      condition.signal()
    }
  }

  /// Returns when the writer has ended, or at `deadline`.
  func ended(before deadline: MonotonicTime) async {
    await withCheckedContinuation { continuation in
      condition.lock()
      if case .closed = phase {
        condition.unlock()
        return continuation.resume()
      }
      closers.append((deadline, continuation))
      condition.unlock()
    }
  }

  // MARK: On the writer's thread

  /// Blocks until something waits; false when the member closes and nothing does.
  func waitForWork() -> Bool {
    condition.withLock {
      while waiting.isEmpty {
        guard case .open = phase else { return false }
        condition.wait()
      }
      return true
    }
  }

  /// The first `limit` that wait, and the claim that stands behind them; nothing where nothing waits.
  func take(_ limit: Int) -> [PendingWrite] {
    condition.lock()
    defer { condition.unlock() }
    guard !waiting.isEmpty else { return [] }
    var group = waiting
    waiting = []
    if group.count > limit {
      waiting = Array(group[limit...])
      group.removeLast(waiting.count)
    } else {
      waiting.reserveCapacity(group.count)
    }
    if let standing { group.append(standing) }
    return group
  }

  /// After a commit.
  func committed(leavingSomeWaiting: Bool) {
    condition.withLock {
      leftSomeWaiting = leavingSomeWaiting
      // For a claim that began to stand, or whose room was changed, when this transaction had already looked.
      _ = addLook()
    }
  }

  /// Fails what still waits. Nothing waits from now on.
  func close() {
    condition.lock()
    phase = .closed
    let (left, closers, standing) = (waiting, closers, standing)
    (waiting, self.closers, self.standing) = ([], [], nil)
    condition.unlock()
    standing?.claim.withdraw()
    for write in left { write.resume(Self.closed(write.operation)) }
    for closer in closers { closer.continuation.resume() }
  }

  private static func closed(_ operation: String) -> StoreError {
    StoreError(.closed, operation: operation, cause: "the store is closed")
  }
}
