internal import CSQLite

/// Keeps the write-ahead log small. SQLite's own checkpoints are off, for one that meets a commit of another process can
/// damage the file (SQLite before 3.51.3): ours happen in one's turn only. Used on the writer's thread.
final class WriteAheadLog {
  private let handle: OpaquePointer
  private let limit: Int
  private var due: Int
  private let pages: UnsafeMutablePointer<Int>
  /// How many transactions have written anything.
  var commits: Int { pages[1] }

  init(of connection: Connection, limit: Int) {
    handle = connection.handle
    self.limit = limit
    due = limit
    pages = .allocate(capacity: 2)
    pages.initialize(repeating: 0, count: 2)
    sqlite3_wal_hook(
      handle,
      { pages, _, _, count in
        let numbers = pages?.assumingMemoryBound(to: Int.self)
        numbers?[0] = Int(count)
        numbers?[1] += 1
        return SQLITE_OK
      }, pages)
  }

  deinit {
    pages.deallocate()
  }

  /// The hook's memory goes with this value: call it before, while the connection is open.
  func detach() {
    sqlite3_wal_hook(handle, nil, nil)
  }

  /// After a commit: whether the log has grown to where ``checkpoint()`` is worth a turn.
  var isDue: Bool {
    if pages.pointee < limit { due = limit }
    return pages.pointee >= due
  }

  /// In one's turn. First without disturbing readers; where a long reader has let the log grow to several times its size,
  /// waiting for readers a moment, so that the log starts at its beginning again.
  func checkpoint() throws {
    let grown = pages.pointee
    due = grown + limit
    try run(SQLITE_CHECKPOINT_PASSIVE)
    guard grown >= 4 * limit else { return }
    sqlite3_busy_timeout(handle, 100)
    defer { sqlite3_busy_timeout(handle, 2000) }
    do {
      try run(SQLITE_CHECKPOINT_TRUNCATE)
      pages.pointee = 0
      due = limit
    } catch let failure as SQLiteFailure where failure.code & 0xFF == SQLITE_BUSY {
      // Somebody still reads: again when the log has grown by its limit.
    }
  }

  private func run(_ mode: Int32) throws {
    let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteFailure(code, on: handle) }
  }
}
