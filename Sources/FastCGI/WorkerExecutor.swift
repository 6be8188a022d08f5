import CFastCGI
import Glibc
import Synchronization

/// Runs what the handlers' tasks do after a suspension on the server's workers: jobs wait in a queue, and an eventfd in
/// the workers' epoll set wakes one of them, which wakes the next where there is more than it can run at once.
final class WorkerExecutor: TaskExecutor {
  /// Jobs that one wake-up runs before the worker looks at its connections again.
  private static let batch = 16

  let wakeDescriptor: Int32
  private let queue = Mutex(Queue())

  private struct Queue {
    var jobs: [UnownedJob] = []
    var first = 0
    var isWoken = false
    /// The workers have ended: what comes now runs on Swift's own pool.
    var isRetired = false

    var count: Int { jobs.count - first }

    /// True for the one that is to wake a worker.
    mutating func wakes() -> Bool {
      defer { isWoken = true }
      return !isWoken
    }
  }

  init() throws(SystemError) {
    wakeDescriptor = try check("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
  }

  deinit {
    close(wakeDescriptor)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let (isRetired, mustWake) = queue.withLock { queue in
      if queue.isRetired { return (true, false) }
      queue.jobs.append(job)
      return (false, queue.wakes())
    }
    if isRetired { globalConcurrentExecutor.enqueue(job) } else if mustWake { wake() }
  }

  /// Runs waiting jobs on the calling worker.
  func runWaiting() {
    // A job that takes long must not hold up the one behind it while other workers are free.
    let hasMore = queue.withLock { queue in
      queue.isWoken = false
      return queue.count > 1 && queue.wakes()
    }
    if hasMore { wake() }
    for _ in 0..<Self.batch {
      guard let job = takeFirst() else { return }
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
    if queue.withLock({ $0.count > 0 && $0.wakes() }) { wake() }
  }

  /// Hands what waits, and whatever will come, to Swift's own pool.
  func retire() {
    queue.withLock { $0.isRetired = true }
    while let job = takeFirst() { globalConcurrentExecutor.enqueue(job) }
  }

  private func takeFirst() -> UnownedJob? {
    queue.withLock { queue in
      guard queue.first < queue.jobs.count else {
        queue.jobs.removeAll(keepingCapacity: queue.jobs.capacity <= 1024)
        queue.first = 0
        return nil
      }
      let job = queue.jobs[queue.first]
      queue.first += 1
      if queue.first >= 256, queue.first * 2 > queue.jobs.count {
        queue.jobs.removeFirst(queue.first)
        queue.first = 0
      }
      return job
    }
  }

  private func wake() {
    var one: UInt64 = 1
    // Can't fail but for a counter at 2^64: each write counts one up.
    _ = write(wakeDescriptor, &one, 8)
  }
}
