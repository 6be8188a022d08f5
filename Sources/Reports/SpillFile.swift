import Foundation
import GRDB
import Jobs

/// A file for tallies that have no room in memory. SQLite makes it in the folder for temporary files (`SQLITE_TMPDIR`, `TMPDIR`,
/// `/var/tmp`), readable by its owner alone, and unlinks it at once: it is gone with its process, however that ends. Every call
/// throws ``WorkNotBegun`` where the file can't be written, which costs the job no attempt.
///
/// Each call of ``append(_:to:)`` makes a run, which has its values in sequence, and ``forEach(in:_:)`` merges the runs of a list. A
/// row has a block of many values: a row for each of them would take several times as long.
final class SpillFile {
  private static let bytesEach = 64 << 10

  private let database: DatabaseQueue
  /// The rows of each run, by list.
  private var runs: [Int: [Range<Int64>]] = [:]
  private var rows: Int64 = 0

  init() throws {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      // Nothing of it is ever read again after a crash.
      try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1024")
    }
    // A path without a name is SQLite's word for such a file.
    database = try Self.keeping {
      let database = try DatabaseQueue(path: "", configuration: configuration)
      try database.write { db in
        try db.execute(sql: "CREATE TABLE block (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
      }
      return database
    }
  }

  /// `tallies` in sequence of their values, each once. Throws `CancellationError` where the task is cancelled.
  func append(_ tallies: some Sequence<(value: [UInt8], tally: Tally)>, to list: Int) throws {
    let first = rows
    try Self.keeping {
      try database.write { db in
        let insert = try db.cachedStatement(sql: "INSERT INTO block VALUES (?, ?)")
        var block = SpillBlock(capacity: Self.bytesEach + 4096)
        func write() throws {
          try Task.checkCancellation()
          try insert.execute(arguments: [rows, Data(block.bytes)])
          rows += 1
          block.removeAll()
        }
        for (value, tally) in tallies {
          block.append(value, tally)
          if block.bytes.count >= Self.bytesEach { try write() }
        }
        if !block.bytes.isEmpty { try write() }
      }
    }
    runs[list, default: []].append(first..<rows)
  }

  /// Each value once, in sequence, with all that was counted of it. Throws `CancellationError` where the task is cancelled.
  func forEach(in list: Int, _ body: (_ value: [UInt8], _ tally: Tally) throws -> Void) throws {
    try Self.keeping {
      try database.read { db in
        let select = try db.cachedStatement(sql: "SELECT bytes FROM block WHERE id = ?")
        var merged = runs[list, default: []].map { SpilledRun(rows: $0) }
        // Of `merged`, by the value that comes next: the run with the least one is the last.
        var order: [Int] = []
        func advance(_ index: Int) throws {
          try merged[index].advance { row in
            try Task.checkCancellation()
            return try Data.fetchOne(select, arguments: [row]) ?? Data()
          }
          guard let value = merged[index].value else { return }
          var (low, high) = (0, order.count)
          while low < high {
            let middle = (low + high) / 2
            let isLess = value.lexicographicallyPrecedes(merged[order[middle]].value ?? [])
            if isLess { low = middle + 1 } else { high = middle }
          }
          order.insert(index, at: low)
        }
        for index in merged.indices { try advance(index) }
        while let first = order.last, let value = merged[first].value {
          var tally = Tally()
          while let index = order.last, merged[index].value == value {
            order.removeLast()
            tally += merged[index].block.nextTally()
            try advance(index)
          }
          try body(value, tally)
        }
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

/// Where the reading of a run is.
private struct SpilledRun {
  /// The blocks that come after this one.
  var rows: Range<Int64>
  var block = SpillBlock(capacity: 0)
  /// The one that comes next in the block, before its tally; `nil` at the end of the run.
  private(set) var value: [UInt8]?

  init(rows: Range<Int64>) {
    self.rows = rows
  }

  mutating func advance(_ read: (_ row: Int64) throws -> Data) throws {
    value = block.nextValue()
    guard value == nil, let row = rows.popFirst() else { return }
    block = SpillBlock([UInt8](try read(row)))
    value = block.nextValue()
  }
}
