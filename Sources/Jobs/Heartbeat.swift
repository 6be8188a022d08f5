import Glibc
import Synchronization
import Threads

/// A steady beat on a thread of its own, on time however busy Swift's pool is.
final class Heartbeat: Sendable {
  private let isStopped = Mutex(false)

  /// Calls `beat` on the thread every `interval` until ``stop()``.
  init(every interval: Duration, _ beat: @escaping @Sendable () -> Void) throws {
    try PlainThread.start("heartbeat") { [self] in
      while !isStopped.withLock({ $0 }) {
        beat()
        usleep(UInt32(clamping: interval.milliseconds * 1000))
      }
    }
  }

  func stop() {
    isStopped.withLock { $0 = true }
  }
}
