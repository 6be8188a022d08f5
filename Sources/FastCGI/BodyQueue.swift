import Glibc
import Logging
import Synchronization

/// Connections whose body is long or late, for the threads that read such: a peer that sends a byte a second holds one
/// of these, never a worker.
final class BodyQueue: Sendable {
  /// Long bodies are rare, and nginx sends them from its own buffer at once.
  static let threads = 2

  // Unsafe only in name: sem_post and sem_wait are made for several threads, and the pointer never changes.
  nonisolated(unsafe) private let semaphore: UnsafeMutablePointer<sem_t>
  private let waiting = Mutex<(connections: [Connection], isClosed: Bool)>(([], false))

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func append(_ connection: Connection) {
    waiting.withLock { $0.connections.append(connection) }
    sem_post(semaphore)
  }

  /// Blocks until there is one; `nil` when the queue is closed.
  func next() -> Connection? {
    while true {
      while sem_wait(semaphore) != 0 {}
      let (connection, isClosed) = waiting.withLock { waiting in
        (waiting.isClosed || waiting.connections.isEmpty ? nil : waiting.connections.removeFirst(), waiting.isClosed)
      }
      if let connection { return connection }
      if isClosed { return nil }
    }
  }

  func close() {
    waiting.withLock { $0.isClosed = true }
    for _ in 0..<Self.threads { sem_post(semaphore) }
  }
}

extension Reactor {
  /// The loop of a thread that reads long bodies.
  func readBodies() {
    let reader = LibraryReader()
    while let connection = bodies.next() {
      let descriptor = connection.state.withLock { $0.descriptor }
      // libfcgi may close the descriptor that it gets, while a sweep ends ours: so it gets one of its own.
      let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else {
        logger.error("body", metadata: ["error": "\(SystemError("fcntl"))"])
        release(connection)
        continue
      }
      let outcome = reader.read(copy, bodyLimit: configuration.bodyLimit, keeping: configuration.keptFields)
      if case .closed = outcome {} else { close(copy) }
      // Padding was sent with the record that it fills up; before the answer nothing else comes.
      if case .request = outcome { dropPadding(255, descriptor) }
      guard case .request(let head, let body, let id, let keepsConnection) = outcome else {
        release(connection)
        continue
      }
      serve(connection, Exchange(head: head, body: body, id: id, keepsConnection: keepsConnection), onWorker: false)
    }
  }
}
