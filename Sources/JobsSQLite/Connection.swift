internal import CSQLite
internal import Jobs

/// One connection to a database file, with its prepared statements. SQLite doesn't lock it: only one thread may use it at a
/// time.
///
/// `@unchecked Sendable`: the writer's thread alone uses the writing connection, the thread that borrowed a reading one from
/// the pool uses that one, and the call that opened any other closes it again.
final class Connection: @unchecked Sendable {
  let handle: OpaquePointer
  private var prepared: [Query: PreparedStatement] = [:]
  private var isOpen = true

  /// The one that writes. Creates or migrates the file: call it in one's turn.
  static func writer(path: String) throws -> Connection {
    let connection = try Connection(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, cacheKiB: 4096)
    try Schema.refuseForeign(connection)
    try connection.set("journal_mode", "wal")
    try connection.set("synchronous", "2")
    try connection.set("wal_autocheckpoint", "0")
    try connection.set("journal_size_limit", "\(TurnRecord.logLimit)")
    try Schema.prepare(connection)
    return connection
  }

  /// One that reads, while the writer's is open.
  static func reader(path: String) throws -> Connection {
    let connection = try Connection(path, SQLITE_OPEN_READONLY, cacheKiB: 1024)
    try connection.set("wal_autocheckpoint", "0")
    try connection.set("query_only", "1")
    try PassageRank.register(on: connection)
    return connection
  }

  /// One that only looks at a store of ours, without becoming a member. Being read-only, it doesn't copy the log into the
  /// database when it closes as the last one.
  static func visitor(path: String, ofNewerToo: Bool = false) throws -> Connection {
    let connection = try Connection(path, SQLITE_OPEN_READONLY, cacheKiB: 16_384)
    try Schema.refuseForeign(connection, orEmpty: true)
    if !ofNewerToo { try Schema.refuseNewer(connection) }
    return connection
  }

  /// One that changes a file of which no process is a member, with the default settings of SQLite.
  static func editor(path: String) throws -> Connection {
    try Connection(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, cacheKiB: 4096)
  }

  private init(_ path: String, _ access: Int32, cacheKiB: Int) throws {
    _ = Self.countNoMemory
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let handle else {
      defer { sqlite3_close_v2(handle) }
      throw SQLiteFailure(code, on: handle)
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, 2000)
    // A name in double quotes that is no column's is an error, not a text.
    sqlite_configure_connection(handle, SQLITE_DBCONFIG_DQS_DML, 0)
    sqlite_configure_connection(handle, SQLITE_DBCONFIG_DQS_DDL, 0)
    try run(script: "PRAGMA cache_size = -\(cacheKiB)")
  }

  deinit {
    guard isOpen else { return }
    prepared = [:]
    sqlite3_close_v2(handle)
  }

  /// The statement, prepared at its first use.
  func callAsFunction(_ query: Query) throws -> PreparedStatement {
    if let statement = prepared[query] { return statement }
    let statement = try PreparedStatement(query.sql, on: handle)
    prepared[query] = statement
    return statement
  }

  /// A statement that is seldom used, prepared for this time.
  func once(_ sql: String) throws -> PreparedStatement {
    try PreparedStatement(sql, on: handle)
  }

  /// Runs any number of statements, one after the other.
  func run(script: String) throws {
    let code = sqlite3_exec(handle, script, nil, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteFailure(code, on: handle) }
  }

  /// All of `body` or nothing of it.
  func transaction<Value>(_ begin: Query = .begin, _ body: () throws -> Value) throws -> Value {
    do {
      try self(begin).run()
      let value = try body()
      try self(.commit).run()
      return value
    } catch {
      // One that can't be rolled back is at the next one's begin, which fails.
      try? rollback()
      throw error
    }
  }

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Ends the transaction, if an error hasn't ended it already.
  private func rollback() throws {
    guard isInTransaction else { return }
    let code = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    guard code == SQLITE_OK || !isInTransaction else { throw SQLiteFailure(code, on: handle) }
  }

  /// Sets a pragma and believes only what it reads back.
  func set(_ pragma: String, _ value: String) throws {
    try run(script: "PRAGMA \(pragma) = \(value)")
    let actual = try read(pragma)
    guard actual?.lowercased() == value else {
      throw StoreError(
        .unusable, operation: "open", cause: "PRAGMA \(pragma) is \(actual ?? "unknown") where \(value) was set")
    }
  }

  /// What is in effect.
  func read(_ pragma: String) throws -> String? {
    try once("PRAGMA \(pragma)").first { $0.text(0) }
  }

  func has(table: String) throws -> Bool {
    try once("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").first(table) { _ in true } ?? false
  }

  func has(column: String, of table: String) throws -> Bool {
    try once("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").first(table, column) { _ in true } ?? false
  }

  /// For people: "sqlite 3.40.1".
  static var engine: String { "sqlite \(String(cString: sqlite3_libversion()))" }

  /// Never closes it: the kernel does, when the process ends. For a connection whose files are not the ones at their paths:
  /// SQLite would copy the log into the database of others, and remove theirs by name.
  func keepOpen() {
    _ = Unmanaged.passRetained(self)
  }

  /// Close the writer's connection only in one's turn: the last of all processes copies the log into the database. Don't use
  /// the connection afterwards.
  func close() throws {
    prepared = [:]
    let code = sqlite3_close(handle)
    guard code == SQLITE_OK else { throw SQLiteFailure(code, on: handle) }
    isOpen = false
  }

  /// Lets SQLite count no memory, which takes a lock for each piece. Of no effect in a process that has used SQLite before.
  private static let countNoMemory = sqlite_configure(SQLITE_CONFIG_MEMSTATUS, 0)
}
