import Foundation
import Threads

/// Up to `limit` plain threads, started as they are needed, that run executor jobs in the order they came.
///
/// Threads of our own rather than Swift's pool: work that computes or blocks then delays nothing but itself, and what
/// must not be late (heartbeats, cancels) is not behind somebody's work.
final class ThreadPool: Sendable {
  private struct State {
    var jobs: [UnownedJob] = []
    var first = 0
    var threads = 0
    var idle = 0
    /// Whether an idle thread was woken that has not come yet. When it comes it wakes the next one, if jobs still wait then:
    /// jobs that busy threads have taken meanwhile wake no thread.
    var isWaking = false
    /// Whether the last thread could not be started.
    var isFailing = false
    /// Whether a retry is scheduled. No thread is started before it.
    var isRetrying = false

    var waiting: Int { jobs.count - first }

    func missing(of limit: Int) -> Int { max(0, min(waiting - idle, limit - threads)) }

    mutating func takeFirst() -> UnownedJob {
      let job = jobs[first]
      first += 1
      if first == jobs.count || (first >= 256 && first * 2 > jobs.count) {
        jobs.removeFirst(first)
        first = 0
      }
      return job
    }
  }

  typealias Start = @Sendable (_ name: String, _ body: @escaping @Sendable () -> Void) throws -> Void

  private static let patience: TimeInterval = 10
  /// Before a failed start is tried again.
  private static let pause = DispatchTimeInterval.milliseconds(100)

  private let name: String
  private let limit: Int
  private let isForWork: Bool
  private let start: Start
  private let onFailure: @Sendable (any Error) -> Void
  private let condition = NSCondition()
  // Only touched under `condition`.
  nonisolated(unsafe) private var state = State()

  /// Threads for work are nice, so that all others of the machine go first, and block no signal. Programs that they start
  /// inherit both. `onFailure` is called where a thread can't be started, the first time of several in a row.
  init(
    name: String, limit: Int, isForWork: Bool = false, start: @escaping Start = { try PlainThread.start($0, $1) },
    onFailure: @escaping @Sendable (any Error) -> Void
  ) {
    self.name = name
    self.limit = limit
    self.isForWork = isForWork
    self.start = start
    self.onFailure = onFailure
  }

  /// Queues `job`; a thread calls `run` with it. `run` is the same for all jobs of one pool. If no thread can be started, the job
  /// waits for a running thread or for the retry.
  func append(_ job: UnownedJob, run: @escaping @Sendable (UnownedJob) -> Void) {
    condition.lock()
    state.jobs.append(job)
    let mustStart = !state.isRetrying && state.missing(of: limit) > 0
    if mustStart { state.threads += 1 } else { wakeNext() }
    condition.unlock()
    if mustStart { startThread(run) }
  }

  /// The thread is counted already.
  private func startThread(_ run: @escaping @Sendable (UnownedJob) -> Void) {
    do {
      try start(name) { [self] in
        if isForWork {
          // On Linux niceness belongs to the thread, not to the process.
          setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
          ChildSignals.unblockAll()
        }
        while let job = next() { run(job) }
      }
      condition.withLock { state.isFailing = false }
    } catch {
      let (isNews, isFirst) = condition.withLock {
        defer { (state.isFailing, state.isRetrying) = (true, true) }
        state.threads -= 1
        return (!state.isFailing, !state.isRetrying)
      }
      if isNews { onFailure(error) }
      if isFirst { retry(run) }
    }
  }

  /// Starts all threads that are needed, after a pause. libdispatch may make it longer: it needs a thread itself.
  private func retry(_ run: @escaping @Sendable (UnownedJob) -> Void) {
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.pause) { [self] in
      let missing = condition.withLock {
        state.isRetrying = false
        let missing = state.missing(of: limit)
        state.threads += missing
        return missing
      }
      for _ in 0..<missing { startThread(run) }
    }
  }

  /// Blocks until there is a job; `nil` when the thread has waited long enough to end.
  private func next() -> UnownedJob? {
    condition.lock()
    defer { condition.unlock() }
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    while state.waiting == 0 {
      state.idle += 1
      let isInTime = condition.wait(until: deadline)
      state.idle -= 1
      state.isWaking = false
      if !isInTime, state.waiting == 0 {
        state.threads -= 1
        return nil
      }
    }
    let job = state.takeFirst()
    wakeNext()
    return job
  }

  private func wakeNext() {
    guard state.waiting > 0, state.idle > 0, !state.isWaking else { return }
    state.isWaking = true
    condition.signal()
  }
}

/// Where workloads run: their computing and blocking holds these threads and no others.
final class WorkExecutor: TaskExecutor {
  private let pool: ThreadPool

  /// One thread for each job worked on at once. On a busy machine requests, heartbeats and commits go before work.
  init(threads: Int, onFailure: @escaping @Sendable (any Error) -> Void) {
    ChildSignals.stopIgnoring()
    pool = ThreadPool(name: "work", limit: max(1, threads), isForWork: true, onFailure: onFailure)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    pool.append(UnownedJob(job)) { $0.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// One thread of its own for an actor that must not be late. A task of that actor which also prefers this executor comes
/// straight to the thread whenever it goes on; any other goes through Swift's pool first.
final class OwnThreadExecutor: SerialExecutor, TaskExecutor {
  private let pool: ThreadPool

  init(name: String, onFailure: @escaping @Sendable (any Error) -> Void) {
    pool = ThreadPool(name: name, limit: 1, onFailure: onFailure)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    pool.append(UnownedJob(job)) { job in
      job.runSynchronously(isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
    }
  }
}
