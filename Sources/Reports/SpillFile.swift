import Foundation
import GRDB
import Jobs

/// A file for tallies that have no room in memory. SQLite makes it in the folder for temporary files (`SQLITE_TMPDIR`, `TMPDIR`,
/// `/var/tmp`), readable by its owner alone, and unlinks it at once: it is gone with its process, however that ends. Every call
/// throws ``WorkNotBegun`` where the file can't be written, which costs the job no attempt.
final class SpillFile {
  private let database: DatabaseQueue
  /// Each value is there once for each run.
  private var run = 0

  init() throws {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      // Nothing of it is ever read again after a crash.
      try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192")
    }
    // A path without a name is SQLite's word for such a file.
    database = try Self.keeping {
      let database = try DatabaseQueue(path: "", configuration: configuration)
      try database.write { db in
        try db.execute(
          sql: """
            CREATE TABLE tally (
              list INTEGER NOT NULL, value BLOB NOT NULL, run INTEGER NOT NULL,
              orders INTEGER NOT NULL, amount BLOB NOT NULL,
              PRIMARY KEY (list, value, run)
            ) STRICT, WITHOUT ROWID
            """)
      }
      return database
    }
  }

  /// `tallies` in sequence of their values, each once. Throws `CancellationError` where the task is cancelled.
  func append(_ tallies: some Sequence<(value: [UInt8], tally: Tally)>, to list: Int) throws {
    run += 1
    try Self.keeping {
      try database.write { db in
        let insert = try db.cachedStatement(sql: "INSERT INTO tally VALUES (?, ?, ?, ?, ?)")
        for (index, (value, tally)) in tallies.enumerated() {
          if index % 1024 == 0 { try Task.checkCancellation() }
          try insert.execute(
            arguments: [list, Data(value), run, tally.orders, Data(tally.amount.sortable)])
        }
      }
    }
  }

  /// Each value once, in sequence, with all that was counted of it. Throws `CancellationError` where the task is cancelled.
  func forEach(in list: Int, _ body: (_ value: [UInt8], _ tally: Tally) throws -> Void) throws {
    try Self.keeping {
      try database.read { db in
        let rows = try Row.fetchCursor(
          db, sql: "SELECT value, orders, amount FROM tally WHERE list = ? ORDER BY value, run", arguments: [list])
        var current: (value: [UInt8], tally: Tally)?
        var index = 0
        while let row = try rows.next() {
          if index % 1024 == 0 { try Task.checkCancellation() }
          index += 1
          let value = [UInt8](row[0] as Data)
          let tally = Tally(orders: row[1], amount: Decimal(sortable: [UInt8](row[2] as Data)))
          if current?.value == value {
            current?.tally += tally
          } else {
            if let current { try body(current.value, current.tally) }
            current = (value, tally)
          }
        }
        if let current { try body(current.value, current.tally) }
      }
    }
  }

  private static func keeping<Value>(_ step: () throws -> Value) throws -> Value {
    do {
      return try step()
    } catch let error as DatabaseError {
      throw WorkNotBegun(code: "files-unavailable", detail: "Its temporary file can't be used: \(error)")
    }
  }
}
