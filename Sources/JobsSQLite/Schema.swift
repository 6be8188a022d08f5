internal import Jobs

/// The tables, and whose they are.
///
/// The rows of a job are small and change often, so big inputs and all results have tables of their own. `store` is one
/// row: the numbers given last, and how many jobs wait, read once and written once by each write transaction. The
/// waiting and the running jobs have partial indexes, for which a million finished ones cost nothing.
///
/// A job waits in one of three: for anyone, for a member that runs nothing (`alone`; its `member` is then who keeps
/// itself free for it), or for its time (`delayed_until`, in milliseconds of the monotonic clock of `store.boot`).
///
/// In a rolling restart responders of the version before go on over a schema that the first new one has brought up to
/// date. So a migration only adds: tables, columns with defaults, indexes in the place of others; what they mean has to
/// hold for rows that the version before writes. What nobody needs any more goes one version later.
///
/// Version 4 added what the version before doesn't maintain: a job's `size` (bytes of its input; NULL in a row that the
/// version before wrote) and `client` (a keyed hash of who submitted it, until it is final; NULL where no share limits
/// that client), and `store.queued_bytes`, the sum of the waiting jobs' sizes. ``WriteTransaction/recountQueue()`` puts
/// them right. `store.clock_…` is the ``ClockTrust``. A `tombstone` becomes part of a `tombstone_range` when it is old: see
/// `WriteTransaction+Tombstones.swift`.
///
/// A `slot` is held by a work of a kind that may have only so many at once in all members: see `SQLiteJobStore+Slots.swift`.
/// A row whose member is gone counts for nothing, unless it has a process: version 4 fills none and frees none.
///
/// Version 5 added what is known by kind. `kind` has the kinds that processes have declared, each with its path.
/// `kind_state` has a row for each kind of which something was ever to be noted: its part of `store.queued` and
/// `store.queued_bytes`, which the version before doesn't maintain (``KindQueues`` notices it), and the end before which
/// its jobs wait for an operator's confirmation to expire. `store.expiry_held` is the same of all kinds, for the version
/// before alone. So is the index `job_ended`, in stores of that version whose jobs expire: it can go one version later.
///
/// Version 6 added `log`: the newest log of a job, with the epoch of the attempt that kept it. A trigger removes it with
/// its job, also where a member of the version before lets the job expire. A slot's `process` stands for what the work has
/// started (NULL before it has); with one the row counts also when its member is gone, except for the version before.
///
/// Version 7 added `file`: the files of jobs. Triggers move their stored names to `expired_file` when a job goes, until they are
/// removed. Version 8 added those that came with a job: they alone have a `number`, their place among those of one name, and
/// `title` is what the client calls them. Version 9 added how a `member` runs programs. Version 10 added search: see
/// `SQLiteJobStore+Text.swift`. Its triggers work for members of the version before too; those index nothing. Other triggers keep
/// how many bytes of files there are (`store.file_bytes`), and how many each owner has (`file_share`).
///
/// Version 11 added a job's `trace_parent`, which its work may pass on, and the `failure_pointer` of one that failed. The version
/// before writes neither.
///
/// Where to tell of a job's end stands in `callback` as long as the job does. `outbox` has a row for each message that is
/// not settled, due at `due_at` (of the same clock), before which `member`, where there is one, is sending it.
enum Schema {
  /// "ordr" in ASCII: PRAGMA application_id of our files.
  static let applicationID: Int64 = 0x6F72_6472

  /// Inputs above this many bytes stand in `large_input`, so that a change of the job doesn't copy them.
  static let inlineLimit = 1024

  /// Before anything is written to a file that may be another program's. An empty one may become ours.
  static func refuseForeign(_ connection: Connection, orEmpty: Bool = false) throws {
    let id = try applicationID(of: connection)
    let tables = try connection.once("SELECT count(*) FROM sqlite_master").first { $0.integer(0) }
    guard id == applicationID || (id == 0 && tables == 0 && !orEmpty) else {
      throw StoreError(
        .unusable, operation: "open", cause: "the file is another program's (application id \(id)): left as it is")
    }
  }

  private static func applicationID(of connection: Connection) throws -> Int64 {
    try connection.once("PRAGMA application_id").first { $0.integer(0) } ?? 0
  }

  static func refuseNewer(_ connection: Connection) throws {
    let applied = try migrations(of: connection)
    guard isNewer(applied) else { return }
    throw StoreError(
      .unusable, operation: "open",
      cause: """
        a newer version of this program wrote the file: it has schema \(newest(of: applied)), and this one knows up to \
        \(newest(of: Migration.all.map(\.name))). It is left as it is: start the newer version, or put a backup of before \
        in its place
        """)
  }

  /// The migrations applied to the file. GRDB, which earlier versions used, gave the table its name.
  static func migrations(of connection: Connection) throws -> Set<String> {
    guard try connection.has(table: "grdb_migrations") else { return [] }
    return Set(try connection.once("SELECT identifier FROM grdb_migrations").rows { $0.text(0) })
  }

  /// The newest of these, by its number.
  static func newest(of migrations: some Collection<String>) -> String {
    migrations.max { (Int($0) ?? 0) < (Int($1) ?? 0) } ?? "none"
  }

  /// Whether a file that has been through these is of a newer version of this program.
  static func isNewer(_ migrations: Set<String>) -> Bool {
    !migrations.isSubset(of: Migration.all.map(\.name))
  }

  static func isCurrent(_ migrations: Set<String>) -> Bool {
    migrations == Set(Migration.all.map(\.name))
  }

  /// Makes the file ours and its tables the newest. Call it in one's turn, after ``refuseForeign(_:orEmpty:)``.
  static func prepare(_ connection: Connection) throws {
    try refuseNewer(connection)
    if try applicationID(of: connection) != applicationID {
      try connection.set("application_id", "\(applicationID)")
    }
    try migrate(connection)
  }

  /// Each migration that the file hasn't been through, as one transaction.
  static func migrate(_ connection: Connection, upTo last: String? = nil) throws {
    try connection.run(script: "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    let applied = try migrations(of: connection)
    for migration in Migration.all {
      if !applied.contains(migration.name) {
        try connection.transaction {
          try connection.run(script: migration.sql)
          try connection.once("INSERT INTO grdb_migrations VALUES (?)").run(migration.name)
        }
      }
      if migration.name == last { return }
    }
  }
}
