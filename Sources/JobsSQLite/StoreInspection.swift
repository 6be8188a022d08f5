internal import CSQLite
internal import Glibc
public import Jobs

/// What a store's surroundings are: how it is set up, where it lies, and who uses it.
public struct StoreInspection: Sendable {
  public enum Schema: Sendable { case current, older, newer }

  public struct Member: Sendable {
    public var pid: Int32
    public var settings: [String: String]
    /// `nil` where it runs no programs.
    public var programs: ProgramConfinement?
  }

  /// Links resolved.
  public var path: String
  /// SQLite's version in this program: 3, 40, 1.
  public var engine: [Int]
  public var journalMode = ""
  public var schema = Schema.current
  /// Those that live; unknown of a store of another version.
  public var members: [Member] = []
  /// The newest time that stands in it.
  public var newestTime: Timestamp?
  /// Jobs that ended before this wait for an operator's confirmation to expire: the first of those times, where they
  /// differ by kind.
  public var expiryHeld: Timestamp?
  /// Whether any job has files.
  public var hasFiles = false
  public var fileSystem: String?
  public var isRemote = false
  public var isInMemory = false
  /// Bytes that may still be written beside it.
  public var freeSpace: Int64?
  public var logSize: Int64 = 0
}

extension SQLiteJobStore {
  /// Looks at the store at `path` while it is in use, in no time however large it is, and writes nothing. One that a newer
  /// version wrote is looked at too. Throws `.unusable` where it is no store of ours.
  public static func inspect(path: String) throws(StoreError) -> StoreInspection {
    do {
      let files = try StoreFiles(existing: path)
      let version = sqlite3_libversion_number()
      var found = StoreInspection(
        path: files.database, engine: [version / 1_000_000, version / 1000 % 1000, version % 1000].map(Int.init))
      let system = FileSystem.current(of: files.database)
      found.fileSystem = system?.type
      found.isRemote = system?.isRemote ?? false
      found.isInMemory = system?.isInMemory ?? false
      found.freeSpace = freeSpace(beside: files.database)
      // The log, unlike the database, is no file whose locks a descriptor could drop; and it is not opened here either.
      var status = stat()
      if stat(files.database + "-wal", &status) == 0 { found.logSize = Int64(status.st_size) }
      let connection = try Connection.visitor(path: files.database, ofNewerToo: true)
      try look(connection, files, &found)
      try connection.close()
      return found
    } catch {
      throw StoreError(error, operation: "inspect")
    }
  }

  private static func look(_ connection: Connection, _ files: StoreFiles, _ found: inout StoreInspection) throws {
    found.journalMode = try connection.read("journal_mode") ?? ""
    let migrations = try Schema.migrations(of: connection)
    found.schema = Schema.isNewer(migrations) ? .newer : Schema.isCurrent(migrations) ? .current : .older
    guard found.schema == .current else { return }
    found.members = try connection.once("SELECT pid, token, boot, settings, programs FROM member ORDER BY id").rows {
      row -> StoreInspection.Member? in
      guard row.text(2) == Presence.boot, !Presence.isGone(row.text(1), in: files) else { return nil }
      return .init(
        pid: Int32(row.integer(0)), settings: Settings.parse(row.text(3)), programs: ConfinementText.parse(row.text(4)))
    }.compactMap(\.self)
    found.expiryHeld = try time("SELECT min(expiry_held) FROM kind_state", in: connection)
    found.hasFiles = try connection.once("SELECT 1 FROM file LIMIT 1").first { _ in true } ?? false
    found.newestTime = try time(
      """
      SELECT max(at) FROM (
        SELECT max(created_at, updated_at) AS at FROM (SELECT * FROM job ORDER BY id DESC LIMIT 100)
        UNION ALL SELECT updated_at FROM (SELECT * FROM job ORDER BY change DESC LIMIT 100)
        UNION ALL SELECT started_at FROM member
      )
      """, in: connection)
  }

  private static func time(_ sql: String, in connection: Connection) throws -> Timestamp? {
    try connection.once(sql).first { $0.isNull(0) ? nil : Timestamp(milliseconds: $0.integer(0)) } ?? nil
  }

  private static func freeSpace(beside path: String) -> Int64? {
    var status = statvfs()
    guard statvfs(StoreFiles.folder(of: path), &status) == 0 else { return nil }
    return Int64(status.f_bavail) * Int64(status.f_frsize)
  }
}
