internal import GRDB
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
/// A migration that a release has is frozen: its text names no value of the program, which may be another one later, and
/// never changes again.
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

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE store (
            name TEXT NOT NULL,
            newest_job INTEGER NOT NULL,
            newest_member INTEGER NOT NULL,
            newest_change INTEGER NOT NULL,
            queued INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE member (
            id INTEGER PRIMARY KEY,
            token TEXT NOT NULL UNIQUE,
            pid INTEGER NOT NULL,
            boot TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            lease_until INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE job (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            owner TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('started', 'running', 'complete', 'failed', 'cancelled')),
            attempt INTEGER NOT NULL DEFAULT 0,
            epoch INTEGER NOT NULL DEFAULT 0,
            member INTEGER,
            percent INTEGER NOT NULL DEFAULT 0,
            step TEXT,
            completed INTEGER NOT NULL DEFAULT 0,
            total INTEGER NOT NULL DEFAULT 0,
            failure_code TEXT,
            failure_detail TEXT,
            change INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            updated_at INTEGER NOT NULL,
            finished_at INTEGER,
            idempotency_key TEXT,
            input BLOB
          ) STRICT;
          CREATE TABLE large_input (job INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
          CREATE TABLE result (job INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
          CREATE INDEX job_listed ON job (kind, owner, status);
          CREATE INDEX job_waiting ON job (kind) WHERE status = 'started';
          CREATE INDEX job_running ON job (member) WHERE status = 'running';
          CREATE UNIQUE INDEX job_changed ON job (change);
          CREATE UNIQUE INDEX job_keyed ON job (kind, owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
          """)
      try db.execute(sql: "INSERT INTO store VALUES (?, 0, 0, 0, 0)", arguments: [Presence.randomName()])
    }
    migrator.registerMigration("2") { db in
      try db.execute(
        sql: """
          ALTER TABLE store ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE store ADD COLUMN boot TEXT NOT NULL DEFAULT '';
          UPDATE store SET ended = (SELECT count(*) FROM job WHERE status IN ('complete', 'failed', 'cancelled'));
          ALTER TABLE member ADD COLUMN ignoring INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE member ADD COLUMN draining INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE member ADD COLUMN settings TEXT NOT NULL DEFAULT '';
          ALTER TABLE job ADD COLUMN attempts INTEGER NOT NULL DEFAULT 3;
          ALTER TABLE job ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE job ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE job ADD COLUMN delayed_until INTEGER;
          CREATE TABLE tombstone (
            job INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            owner TEXT NOT NULL,
            change INTEGER NOT NULL,
            expired_at INTEGER NOT NULL
          ) STRICT;
          CREATE UNIQUE INDEX tombstone_changed ON tombstone (change);
          DROP INDEX job_waiting;
          CREATE INDEX job_waiting ON job (kind)
            WHERE status = 'started' AND delayed_until IS NULL AND alone = 0;
          CREATE INDEX job_alone ON job (kind)
            WHERE status = 'started' AND delayed_until IS NULL AND alone = 1;
          CREATE INDEX job_kept ON job (member) WHERE status = 'started' AND alone = 1;
          CREATE INDEX job_delayed ON job (delayed_until) WHERE delayed_until IS NOT NULL;
          """)
    }
    migrator.registerMigration("3") { db in
      try db.execute(
        sql: """
          CREATE TABLE callback (job INTEGER PRIMARY KEY, url TEXT NOT NULL) STRICT;
          CREATE TABLE outbox (
            job INTEGER PRIMARY KEY,
            message TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            member INTEGER
          ) STRICT;
          CREATE INDEX outbox_due ON outbox (due_at);
          CREATE INDEX outbox_leased ON outbox (member) WHERE member IS NOT NULL;
          """)
    }
    migrator.registerMigration("4") { db in
      try db.execute(
        sql: """
          ALTER TABLE store ADD COLUMN queued_bytes INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE store ADD COLUMN client_secret BLOB NOT NULL DEFAULT x'';
          UPDATE store SET client_secret = randomblob(16);
          ALTER TABLE job ADD COLUMN size INTEGER;
          ALTER TABLE job ADD COLUMN client INTEGER;
          DROP INDEX job_waiting;
          CREATE INDEX job_waiting ON job (kind, id, size)
            WHERE status = 'started' AND delayed_until IS NULL AND alone = 0;
          CREATE INDEX job_client ON job (client, status, size) WHERE client IS NOT NULL;
          ALTER TABLE store ADD COLUMN clock_boot TEXT NOT NULL DEFAULT '';
          ALTER TABLE store ADD COLUMN clock_since INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE store ADD COLUMN clock_uptime INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE store ADD COLUMN clock_wall INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE store ADD COLUMN expiry_held INTEGER;
          ALTER TABLE store ADD COLUMN folded_change INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE store ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
          CREATE TABLE tombstone_range (
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL,
            kind TEXT NOT NULL,
            owner TEXT NOT NULL,
            change INTEGER NOT NULL,
            expired_at INTEGER NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("5") { db in
      try db.execute(
        sql: """
          CREATE TABLE slot (
            job INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            kind TEXT NOT NULL,
            member INTEGER NOT NULL,
            PRIMARY KEY (job, epoch)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX slot_of_kind ON slot (kind);
          CREATE INDEX slot_of_member ON slot (member);
          """)
      // What is known by kind.
      try db.execute(
        sql: """
          CREATE TABLE kind (
            name TEXT PRIMARY KEY,
            path TEXT NOT NULL,
            digest TEXT NOT NULL,
            declared_at INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE kind_state (
            kind TEXT PRIMARY KEY,
            queued INTEGER NOT NULL DEFAULT 0,
            queued_bytes INTEGER NOT NULL DEFAULT 0,
            expiry_held INTEGER
          ) STRICT, WITHOUT ROWID;
          DROP INDEX job_client;
          CREATE INDEX job_client ON job (client, status, kind, size) WHERE client IS NOT NULL;
          """)
    }
    migrator.registerMigration("6") { db in
      try db.execute(
        sql: """
          CREATE TABLE log (job INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
          CREATE TRIGGER log_goes_with_job AFTER DELETE ON job BEGIN DELETE FROM log WHERE job = OLD.id; END;
          ALTER TABLE slot ADD COLUMN process TEXT;
          CREATE INDEX slot_with_process ON slot (member) WHERE process IS NOT NULL;
          ALTER TABLE member ADD COLUMN troubles TEXT NOT NULL DEFAULT '';
          """)
    }
    migrator.registerMigration("7") { db in
      try db.execute(
        sql: """
          CREATE TABLE file (
            job INTEGER NOT NULL,
            place INTEGER NOT NULL,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            size INTEGER NOT NULL,
            digest TEXT NOT NULL,
            stored TEXT NOT NULL,
            PRIMARY KEY (job, place)
          ) STRICT, WITHOUT ROWID;
          CREATE UNIQUE INDEX file_stored ON file (stored);
          CREATE TABLE expired_file (stored TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
          CREATE TRIGGER files_go_with_job AFTER DELETE ON job BEGIN
            INSERT INTO expired_file SELECT stored FROM file WHERE job = OLD.id;
            DELETE FROM file WHERE job = OLD.id;
          END;
          """)
    }
    // Of files of inputs: the place among those of the same name, and the client's own name.
    migrator.registerMigration("8") { db in
      try db.execute(sql: "ALTER TABLE file ADD COLUMN number INTEGER; ALTER TABLE file ADD COLUMN title TEXT;")
    }
    migrator.registerMigration("9") { db in
      try db.execute(sql: "ALTER TABLE member ADD COLUMN programs TEXT NOT NULL DEFAULT ''")
    }
    // Search, and how much room files take.
    migrator.registerMigration("10") { db in
      try db.execute(
        sql: """
          ALTER TABLE kind ADD COLUMN search TEXT;
          ALTER TABLE kind ADD COLUMN texts_through INTEGER;
          ALTER TABLE job ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
          CREATE TABLE text_queue (
            job INTEGER PRIMARY KEY,
            stored TEXT,
            position INTEGER NOT NULL DEFAULT 0,
            page INTEGER NOT NULL DEFAULT 1,
            member INTEGER
          ) STRICT;
          CREATE TABLE text_owner (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, UNIQUE (kind, owner)
          ) STRICT;
          CREATE TABLE passage (id INTEGER PRIMARY KEY, job INTEGER NOT NULL, page INTEGER NOT NULL) STRICT;
          CREATE INDEX passage_of_job ON passage (job);
          CREATE VIRTUAL TABLE passage_text USING fts5 (whose, text, tokenize = 'unicode61 remove_diacritics 2');
          CREATE TRIGGER text_waits AFTER INSERT ON file WHEN NEW.number IS NULL BEGIN
            INSERT OR REPLACE INTO text_queue (job, stored)
              SELECT job.id, NEW.stored FROM job JOIN kind ON kind.name = job.kind AND kind.search = NEW.name
              WHERE job.id = NEW.job;
          END;
          CREATE TRIGGER text_goes_with_job AFTER DELETE ON job
            WHEN OLD.indexed <> 0 OR EXISTS (SELECT 1 FROM text_queue WHERE job = OLD.id)
              OR EXISTS (SELECT 1 FROM passage WHERE job = OLD.id) BEGIN
            INSERT OR REPLACE INTO text_queue (job) VALUES (OLD.id);
          END;
          ALTER TABLE store ADD COLUMN file_bytes INTEGER NOT NULL DEFAULT 0;
          UPDATE store SET file_bytes = (SELECT coalesce(sum(size), 0) FROM file);
          CREATE TABLE file_share (owner TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
          INSERT INTO file_share
            SELECT job.owner, sum(file.size) FROM file JOIN job ON job.id = file.job GROUP BY job.owner;
          CREATE TRIGGER files_are_counted AFTER INSERT ON file BEGIN
            UPDATE store SET file_bytes = file_bytes + NEW.size;
            INSERT INTO file_share SELECT owner, NEW.size FROM job WHERE id = NEW.job
              ON CONFLICT (owner) DO UPDATE SET bytes = bytes + NEW.size;
          END;
          CREATE TRIGGER files_are_discounted BEFORE DELETE ON job
            WHEN EXISTS (SELECT 1 FROM file WHERE job = OLD.id) BEGIN
            UPDATE store SET file_bytes = file_bytes - (SELECT sum(size) FROM file WHERE job = OLD.id);
            UPDATE file_share SET bytes = bytes - (SELECT sum(size) FROM file WHERE job = OLD.id)
              WHERE owner = OLD.owner;
            DELETE FROM file_share WHERE owner = OLD.owner AND bytes = 0;
          END;
          """)
    }
    migrator.registerMigration("11") { db in
      try db.execute(
        sql: "ALTER TABLE job ADD COLUMN trace_parent TEXT; ALTER TABLE job ADD COLUMN failure_pointer TEXT;")
    }
    return migrator
  }

  /// Before anything is written to a file that may be another program's. An empty one may become ours.
  static func refuseForeign(_ queue: DatabaseQueue, orEmpty: Bool = false) throws {
    let (id, tables) = try queue.unsafeRead { db in
      (
        try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      )
    }
    guard id == applicationID || (id == 0 && tables == 0 && !orEmpty) else {
      throw StoreError(
        .unusable, operation: "open", cause: "the file is another program's (application id \(id)): left as it is")
    }
  }

  static func refuseNewer(_ db: Database) throws {
    if try migrator.hasBeenSuperseded(db) {
      let (theirs, ours) = (try newest(db), migrator.migrations.last ?? "none")
      throw StoreError(
        .unusable, operation: "open",
        cause: """
          a newer version of this program wrote the file: it has schema \(theirs), and this one knows up to \(ours). It \
          is left as it is: start the newer version, or put a backup of before in its place
          """)
    }
  }

  /// The newest schema that the file has been brought to, by its number.
  private static func newest(_ db: Database) throws -> String {
    try migrator.appliedIdentifiers(db).max { (Int($0) ?? 0) < (Int($1) ?? 0) } ?? "none"
  }

  /// Makes the file ours and its tables the newest. Call it in one's turn, after ``refuseForeign(_:)``.
  static func prepare(_ queue: DatabaseQueue) throws {
    let migrator = migrator
    try queue.writeWithoutTransaction { db in
      try refuseNewer(db)
      if try Int64.fetchOne(db, sql: "PRAGMA application_id") != applicationID {
        try Connection.set("application_id", "\(applicationID)", on: db)
      }
    }
    try migrator.migrate(queue)
  }
}
