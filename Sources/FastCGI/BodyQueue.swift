import Glibc
import Logging
import Synchronization

/// Requests for the threads of one purpose that read bodies: a peer that sends a byte a second, and a disk that takes a
/// second for each write, hold one of these, never a worker.
final class BodyQueue<Element: Sendable>: Sendable {
  let threads: Int

  // Unsafe only in name: sem_post and sem_wait are made for several threads, and the pointer never changes.
  nonisolated(unsafe) private let semaphore: UnsafeMutablePointer<sem_t>
  private let waiting = Mutex<(elements: [Element], isClosed: Bool)>(([], false))

  init(threads: Int) {
    self.threads = threads
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func append(_ element: Element) {
    waiting.withLock { $0.elements.append(element) }
    sem_post(semaphore)
  }

  /// Blocks until there is one; `nil` when the queue is closed.
  func next() -> Element? {
    while true {
      while sem_wait(semaphore) != 0 {}
      let (element, isClosed) = waiting.withLock { waiting in
        (waiting.isClosed || waiting.elements.isEmpty ? nil : waiting.elements.removeFirst(), waiting.isClosed)
      }
      if let element { return element }
      if isClosed { return nil }
    }
  }

  func close() {
    waiting.withLock { $0.isClosed = true }
    for _ in 0..<threads { sem_post(semaphore) }
  }
}
