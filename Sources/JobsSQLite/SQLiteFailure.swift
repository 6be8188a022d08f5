internal import CSQLite
internal import Jobs

/// A call of SQLite that failed, with its extended code and its own words.
struct SQLiteFailure: Error, CustomStringConvertible {
  var code: Int32
  var message: String

  init(_ code: Int32, on handle: OpaquePointer?) {
    self.code = code
    message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
  }

  init(_ code: Int32, _ message: String) {
    self.code = code
    self.message = message
  }

  var description: String { "SQLite error \(code): \(message)" }

  /// The store can't be written or read now, whatever the statement: all that shared a transaction fail together.
  /// Else the fault is the one operation's.
  var isOfTheStore: Bool {
    switch code & 0xFF {
    case SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_NOMEM, SQLITE_BUSY, SQLITE_LOCKED,
      SQLITE_PROTOCOL, SQLITE_PERM, SQLITE_NOLFS, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT:
      true
    default: false
    }
  }

  /// SQLite refuses this value or row, whenever it is tried.
  var isOfTheValue: Bool {
    [SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE].contains(code & 0xFF)
  }

  var isDamage: Bool {
    [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT].contains(code & 0xFF)
  }
}

extension StoreError {
  /// Says in the store's words what went wrong below.
  init(_ error: any Error, operation: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as SQLiteFailure:
      let code: Code = error.isDamage ? .unusable : error.isOfTheValue ? .refused : .unavailable
      self.init(code, operation: operation, cause: error.description)
    default: self.init(.unavailable, operation: operation, cause: String(describing: error))
    }
  }
}
