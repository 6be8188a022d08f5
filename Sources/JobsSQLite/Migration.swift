/// A step from one schema of the store to the next. Never change a migration that was released. Use no constant of the
/// program in its SQL: the constant may change.
struct Migration: Sendable {
  /// A number, as text.
  let name: String
  let sql: String

  /// In their sequence. What the tables are for: see ``Schema``.
  static let all = [
    Migration(
      name: "1",
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
        INSERT INTO store VALUES (lower(hex(randomblob(8))), 0, 0, 0, 0);
        """),
    Migration(
      name: "2",
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
        """),
    Migration(
      name: "3",
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
        """),
    Migration(
      name: "4",
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
        """),
    Migration(
      name: "5",
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
        """),
    Migration(
      name: "6",
      sql: """
        CREATE TABLE log (job INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE TRIGGER log_goes_with_job AFTER DELETE ON job BEGIN DELETE FROM log WHERE job = OLD.id; END;
        ALTER TABLE slot ADD COLUMN process TEXT;
        CREATE INDEX slot_with_process ON slot (member) WHERE process IS NOT NULL;
        ALTER TABLE member ADD COLUMN troubles TEXT NOT NULL DEFAULT '';
        """),
    Migration(
      name: "7",
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
        """),
    // Of files of inputs: the place among those of the same name, and the client's own name.
    Migration(
      name: "8",
      sql: """
        ALTER TABLE file ADD COLUMN number INTEGER;
        ALTER TABLE file ADD COLUMN title TEXT;
        """),
    Migration(
      name: "9",
      sql: """
        ALTER TABLE member ADD COLUMN programs TEXT NOT NULL DEFAULT '';
        """),
    // Search, and how much room files take.
    Migration(
      name: "10",
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
        """),
    Migration(
      name: "11",
      sql: """
        ALTER TABLE job ADD COLUMN trace_parent TEXT;
        ALTER TABLE job ADD COLUMN failure_pointer TEXT;
        """),
  ]
}
