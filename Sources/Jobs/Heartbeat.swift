import Foundation
import Synchronization

/// A steady beat on a thread of its own, on time however busy Swift's pool is.
final class Heartbeat: Sendable {
  private let isStopped = Mutex(false)

  /// Calls `beat` on the thread every `interval` until ``stop()``.
  init(every interval: Duration, _ beat: @escaping @Sendable () -> Void) {
    let pause = TimeInterval(interval.milliseconds) / 1000
    let thread = Thread { [self] in
      while !isStopped.withLock({ $0 }) {
        beat()
        Thread.sleep(forTimeInterval: pause)
      }
    }
    thread.name = "heartbeat"
    thread.start()
  }

  func stop() {
    isStopped.withLock { $0 = true }
  }
}
