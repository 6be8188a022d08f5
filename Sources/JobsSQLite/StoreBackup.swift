internal import Glibc
public import Jobs

extension SQLiteJobStore {
  /// Copies the store at `path` into a new file, as it stands at one instant, while its members go on. When this returns
  /// the copy is whole and on disk; it is not there at all before, or if anything goes wrong.
  ///
  /// The copy is a store of its own that can be opened where it is: it has another name, so that no tag of a client fits
  /// it, and no members; what ran waits there, without charge. Throws `.unusable` where `path` is no store of ours or
  /// `copy` is there already, `.unavailable` where the copy can't be written.
  ///
  /// Before the copy gets its name `keepFiles` copies the files that it names.
  public static func backUp(
    path: String, to copy: String, keepFiles: ([JobFile]) throws(StoreError) -> Void = { _ in }
  ) throws(StoreError) {
    let part = copy + ".part"
    do {
      guard access(copy, F_OK) != 0 else {
        throw StoreError(.unusable, operation: "backup", cause: "\(copy) is there already: left as it is")
      }
      unlink(part)
      let source = try StoreFiles(existing: path)
      try copyOut(of: source, into: part)
      let named = try settle(part)
      try flush(part)
      try keepFiles(named)
      guard rename(part, copy) == 0 else { throw SystemFailure("rename \(part)") }
      try flush(StoreFiles.folder(of: copy))
    } catch {
      unlink(part)
      throw StoreError(error, operation: "backup")
    }
  }

  private static func copyOut(of source: StoreFiles, into copy: String) throws {
    // An empty file is taken. SQLite's own would be open to whom the umask lets.
    try makeEmpty(copy)
    let connection = try Connection.visitor(path: source.database)
    try connection.once("VACUUM INTO ?").run(copy)
    try connection.close()
  }

  /// Makes the copy a store of its own. Returns the files that it names.
  @discardableResult
  static func settle(_ copy: String) throws -> [JobFile] {
    let connection = try Connection.editor(path: copy)
    try connection.set("synchronous", "2")
    try connection.transaction {
      let running = try connection.once("SELECT id FROM job WHERE \(JobEvent.release.condition) ORDER BY id")
        .rows { $0.integer(0) }
      for id in running {
        try connection.run(script: "UPDATE store SET newest_change = newest_change + 1, queued = queued + 1")
        try connection.once(
          """
          UPDATE job SET status = \(JobEvent.release.target), epoch = epoch + 1, member = NULL, attempt = attempt - 1,
            change = (SELECT newest_change FROM store)
          WHERE id = ?
          """
        ).run(id)
      }
      try connection.run(script: "UPDATE job SET member = NULL WHERE member IS NOT NULL")
      // The messages keep their ids: whoever was told by the original can tell that it is the same.
      try connection.run(script: "UPDATE outbox SET member = NULL, due_at = 0 WHERE member IS NOT NULL")
      // The copy knows nothing of the original's clients. (A store of the version before has none.)
      if try connection.has(column: "client", of: "job") {
        try connection.run(script: "UPDATE job SET client = NULL WHERE client IS NOT NULL")
        try connection.run(script: "UPDATE store SET client_secret = randomblob(16)")
      }
      if try connection.has(table: "slot") { try connection.run(script: "DELETE FROM slot") }
      try connection.run(script: "DELETE FROM member")
      try connection.once("UPDATE store SET name = ?").run(Presence.randomName())
    }
    let named = try files(in: connection).map(\.file)
    // Closing it copies the log into the file and removes it.
    try connection.set("journal_mode", "wal")
    try connection.close()
    return named
  }
}

/// `fsync` of a file or a folder.
func flush(_ path: String) throws {
  let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
  guard descriptor >= 0 else { throw SystemFailure("open \(path)") }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw SystemFailure("fsync \(path)") }
}

/// A new file that only its owner may open.
private func makeEmpty(_ path: String) throws {
  let descriptor = uninterrupted { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
  guard descriptor >= 0 else { throw SystemFailure("open \(path)") }
  close(descriptor)
}
