internal import CSQLite
internal import GRDB
internal import GRDBSQLite
internal import Jobs

/// One connection with its prepared statements.
///
/// `@unchecked Sendable`: one thread at a time has it. The writer's is used inside ``use(_:)``, which GRDB's queue
/// serialises; a reader belongs to whoever took it out of the pool, who needs no queue beside that.
final class Connection: @unchecked Sendable {
  let queue: DatabaseQueue
  let handle: OpaquePointer
  private var prepared: [Query: PreparedStatement] = [:]

  /// The one that writes. Creates or migrates the file: call it in one's turn.
  static func writer(path: String) throws -> Connection {
    var configuration = basics(cacheKiB: 4096)
    configuration.label = "store-writer"
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try Schema.refuseForeign(queue)
    try queue.writeWithoutTransaction { db in
      try set("journal_mode", "wal", on: db)
      try set("synchronous", "2", on: db)
      try set("wal_autocheckpoint", "0", on: db)
      try set("journal_size_limit", "\(TurnRecord.logLimit)", on: db)
    }
    try Schema.prepare(queue)
    return try Connection(queue)
  }

  /// One that reads, while the writer's is open.
  static func reader(path: String) throws -> Connection {
    var configuration = basics(cacheKiB: 1024)
    configuration.label = "store-reader"
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.unsafeRead { db in
      try set("wal_autocheckpoint", "0", on: db)
      try set("query_only", "1", on: db)
      try PassageRank.register(on: db)
    }
    return try Connection(queue)
  }

  /// One that only looks at a store of ours, without becoming a member. Being read-only, it doesn't copy the log into the
  /// database when it closes as the last one.
  static func visitor(path: String, ofNewerToo: Bool = false) throws -> DatabaseQueue {
    var configuration = basics(cacheKiB: 16_384)
    configuration.label = "store-visitor"
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try Schema.refuseForeign(queue, orEmpty: true)
    if !ofNewerToo { try queue.unsafeRead(Schema.refuseNewer) }
    return queue
  }

  /// The statements are this closure's alone; keep none of them.
  func use<Value>(_ body: (Connection) throws -> Value) throws -> Value {
    try queue.unsafeRead { _ in try body(self) }
  }

  /// The prepared statement; for whoever has the connection.
  func callAsFunction(_ query: Query) throws -> PreparedStatement {
    if let statement = prepared[query] { return statement }
    let statement = try PreparedStatement(query.sql, on: handle)
    prepared[query] = statement
    return statement
  }

  /// What is in effect, read back: `journal_mode=wal synchronous=2 …`.
  func settings() throws -> String {
    try queue.unsafeRead(Settings.inEffect)
  }

  /// For people: "sqlite 3.40.1".
  static var engine: String { "sqlite \(String(cString: sqlite3_libversion()))" }

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Ends the transaction, if an error hasn't ended it already.
  func rollback() throws {
    guard isInTransaction else { return }
    let code = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    guard code == SQLITE_OK || !isInTransaction else { throw SQLiteFailure(code, on: handle) }
  }

  /// Never closes it: the kernel does, when the process ends. For a connection whose files are not the ones at their paths:
  /// SQLite would copy the log into the database of others, and remove theirs by name.
  func keepOpen() {
    _ = Unmanaged.passRetained(self)
  }

  /// The writer's: in one's turn, for the last one of all processes copies the log into the database.
  func close() throws {
    queue.unsafeRead { _ in prepared = [:] }
    try queue.close()
  }

  private init(_ queue: DatabaseQueue) throws {
    self.queue = queue
    handle = try queue.unsafeRead { db in
      guard let handle = db.sqliteConnection else { throw SQLiteFailure(SQLITE_MISUSE, on: nil) }
      return handle
    }
  }

  /// Lets SQLite count no memory, which takes a lock for each piece. Of no effect in a process that has used SQLite before.
  private static let countNoMemory = sqlite_configure(SQLITE_CONFIG_MEMSTATUS, 0)

  private static func basics(cacheKiB: Int) -> GRDB.Configuration {
    _ = countNoMemory
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(2)
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA cache_size = -\(cacheKiB)") }
    return configuration
  }

  /// Sets a pragma and believes only what it reads back.
  static func set(_ pragma: String, _ value: String, on db: Database) throws {
    try db.execute(sql: "PRAGMA \(pragma) = \(value)")
    let actual = try String.fetchOne(db, sql: "PRAGMA \(pragma)")
    guard actual?.lowercased() == value else {
      throw StoreError(
        .unusable, operation: "open", cause: "PRAGMA \(pragma) is \(actual ?? "unknown") where \(value) was set")
    }
  }
}
