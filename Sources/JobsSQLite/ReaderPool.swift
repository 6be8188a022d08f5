internal import CoreMetrics
internal import Foundation
internal import Jobs

/// The connections for reading, opened on demand and lent to one thread at a time for the microseconds of one read: never
/// across an `await`. A read waits for no write, and for another read only when all connections are lent.
///
/// `@unchecked Sendable`: `condition` guards everything that changes.
final class ReaderPool: @unchecked Sendable {
  private let path: String
  private let limit: Int
  private let condition = NSCondition()
  private var idle: [Connection] = []
  private var opened = 0
  private var isClosed = false
  private var open: OpenFiles?
  private var lent = 0
  private let reads = Counter(label: "orders_store_reads_total")

  init(path: String, limit: Int) {
    self.path = path
    self.limit = limit
  }

  /// From now on a further connection is opened only while the files are the member's own: those it has go on.
  func watch(_ files: OpenFiles) {
    condition.lock()
    open = files
    condition.unlock()
  }

  /// How many reads there were.
  var count: Int {
    condition.lock()
    defer { condition.unlock() }
    return lent
  }

  /// Blocks the calling thread for the length of `body`.
  func read<Value>(_ operation: String, _ body: (Connection) throws -> Value) throws(StoreError) -> Value {
    let connection = try borrow(for: operation)
    reads.increment()
    defer { giveBack(connection) }
    do {
      return try body(connection)
    } catch {
      throw StoreError(error, operation: operation)
    }
  }

  /// The same of one state of the store, and with one lock of SQLite's for all statements.
  func readOneState<Value>(_ operation: String, _ body: (Connection) throws -> Value) throws(StoreError) -> Value {
    try read(operation) { connection in
      try connection.transaction(.beginRead) { try body(connection) }
    }
  }

  /// Lets no further read in.
  func refuse() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  /// Waits for the reads that go on; later ones throw `.closed`. Before the writer's connection closes.
  func close() throws {
    condition.lock()
    isClosed = true
    condition.broadcast()
    while idle.count < opened { condition.wait() }
    let connections = idle
    (idle, opened) = ([], 0)
    condition.unlock()
    for connection in connections { try connection.close() }
  }

  private func borrow(for operation: String) throws(StoreError) -> Connection {
    condition.lock()
    while !isClosed && idle.isEmpty && opened >= limit { condition.wait() }
    guard !isClosed else {
      condition.unlock()
      throw StoreError(.closed, operation: operation, cause: "the store is closed")
    }
    lent += 1
    if let connection = idle.popLast() {
      condition.unlock()
      return connection
    }
    opened += 1
    let files = open
    condition.unlock()
    do {
      _ = try files?.look()
      let connection = try Connection.reader(path: path)
      do {
        _ = try files?.look()
      } catch {
        connection.keepOpen()
        throw error
      }
      return connection
    } catch {
      condition.lock()
      opened -= 1
      condition.broadcast()
      condition.unlock()
      throw StoreError(error, operation: operation)
    }
  }

  private func giveBack(_ connection: Connection) {
    condition.lock()
    idle.append(connection)
    if isClosed { condition.broadcast() } else { condition.signal() }
    condition.unlock()
  }
}
