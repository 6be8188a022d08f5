internal import Glibc
public import Jobs

extension SQLiteJobStore {
  /// Puts a copy of the store `backup` in the place of the store at `path`, or where there is none. No responder may have
  /// that store open, and none can open it meanwhile: it waits for the turn. When this returns the copy is whole, checked
  /// and on disk; before, and if anything goes wrong, the store at `path` is as it was.
  ///
  /// The copy is a store of its own: it has another name, so that no tag of a client fits it, and what ran waits in it. It
  /// gets the mode of the file that was there. That one is kept beside it: returns its path, `nil` where there was none.
  ///
  /// Throws `.unavailable` while a process has the store open, or where the copy can't be written; `.unusable` where
  /// `backup` is no store of ours, is damaged or has a log of its own, and for a store that belongs to another user.
  ///
  /// `putFiles` puts the files that the copy names in their place before anything is changed; `keepFiles` puts those that the
  /// store before names, where it can still be read, beside it.
  public static func restore(
    _ backup: String, to path: String, putFiles: ([JobFile]) throws(StoreError) -> Void = { _ in },
    keepFiles: (_ before: String, [JobFile]) throws(StoreError) -> Void = { _, _ in }
  ) throws(StoreError) -> String? {
    do {
      try StoreFiles.refuseNoFile(backup)
      let files = try StoreFiles(path: path, replacing: true)
      try refuseOtherUsers(files)
      try refuseMembers(files)
      let turnstile = try Turnstile(path: files.turn)
      let before = try turnstile.inTurnAtOnce(.copying) { found, left -> String? in
        // One may have joined until now; from now on none does.
        try refuseMembers(files)
        if let process = opener(of: files.database) { throw inUse("process \(process) has it open") }
        let part = files.database + ".restore.part"
        defer { for file in [part, part + "-wal", part + "-shm"] { unlink(file) } }
        try copy(backup, to: part, besides: files)
        try putFiles(try makeOurs(part, from: backup))
        left = nil
        return try exchange(files, with: part, found, keepFiles)
      }
      guard let before else { throw inUse("\(turnstile.holderName) has its turn to write") }
      return before
    } catch {
      throw StoreError(error, operation: "restore")
    }
  }

  private static func refuseMembers(_ files: StoreFiles) throws(StoreError) {
    guard let living = Presence.living(in: files).first ?? Presence.unnamed(in: files) else { return }
    throw inUse("\(living.name) has it open")
  }

  private static func inUse(_ reason: String) -> StoreError {
    StoreError(
      .unavailable, operation: "restore",
      cause: "\(reason): end all processes of the store, and what starts them, first")
  }

  /// As root, files in a folder of another user's would be made for root, through whatever links are there.
  private static func refuseOtherUsers(_ files: StoreFiles) throws {
    var status = stat()
    let model = try FileLook.at(files.database) == nil ? StoreFiles.folder(of: files.database) : files.database
    guard stat(model, &status) == 0 else { throw SystemFailure("stat \(model)") }
    guard status.st_uid != geteuid() else { return }
    let name = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "\(status.st_uid)"
    throw StoreError(
      .unusable, operation: "restore",
      cause: "\(model) belongs to the user \(name): run it as that one (runuser -u \(name) -- orders restore …)")
  }

  /// A process that has read from the database by SQLite holds a shared lock on it as long as it has it open. Only for a
  /// process that has never opened the database itself.
  private static func opener(of database: String) -> Int32? {
    let descriptor = uninterrupted { Glibc.open(database, O_RDWR | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { Glibc.close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    // SQLite's lock bytes, in its file format.
    (lock.l_start, lock.l_len) = (0x4000_0000, 512)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
    return lock.l_pid
  }

  private static func copy(_ backup: String, to part: String, besides files: StoreFiles) throws {
    guard let source = try FileLook.at(backup) else {
      throw StoreError(.unusable, operation: "restore", cause: "there is no \(backup)")
    }
    let old = try FileLook.at(files.database)
    guard source.identity != old?.identity else {
      throw StoreError(.unusable, operation: "restore", cause: "\(backup) is the store itself")
    }
    guard try FileLook.at(backup + "-wal")?.size ?? 0 == 0 else {
      throw StoreError(
        .unusable, operation: "restore",
        cause: "\(backup) has a log beside it, so that it is in use or was not closed: make a copy by orders backup")
    }
    unlink(part)
    let mode = old == nil ? 0o600 : mode(of: files.database)
    let (input, output) = (
      uninterrupted { Glibc.open(backup, O_RDONLY | O_CLOEXEC) },
      uninterrupted { Glibc.open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
    )
    defer { for descriptor in [input, output] where descriptor >= 0 { Glibc.close(descriptor) } }
    guard input >= 0 else { throw SystemFailure("open \(backup)") }
    guard output >= 0 else { throw SystemFailure("open \(part)") }
    fchmod(output, mode)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = uninterrupted { Glibc.read(input, &buffer, buffer.count) }
      guard count >= 0 else { throw SystemFailure("read \(backup)") }
      if count == 0 { break }
      var written = 0
      while written < count {
        let more = uninterrupted {
          buffer.withUnsafeBytes { Glibc.write(output, $0.baseAddress! + written, count - written) }
        }
        guard more >= 0 else { throw SystemFailure("write \(part)") }
        written += more
      }
    }
  }

  private static func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o600
  }

  /// Brings the copy up to date, makes it a store of its own, and looks through all of it. Returns the files that it names.
  private static func makeOurs(_ part: String, from backup: String) throws -> [JobFile] {
    let connection = try Connection.editor(path: part)
    try Schema.refuseForeign(connection, orEmpty: true)
    try Schema.prepare(connection)
    try connection.close()
    let named = try settle(part)
    let findings = try check(path: part)
    if let fault = findings.faults.first {
      throw StoreError(.unusable, operation: "restore", cause: "\(backup) is not whole: \(fault)")
    }
    try flush(part)
    return named
  }

  /// First what is in the log goes into the old database, so that the old one is one whole file and the exchange one
  /// `rename`. A log that belongs to another database, or can't be copied, is kept beside the old one instead.
  private static func exchange(
    _ files: StoreFiles, with part: String, _ record: TurnRecord?,
    _ keepFiles: (String, [JobFile]) throws(StoreError) -> Void
  ) throws -> String? {
    let sight = TurnRecord.Sight(database: try FileLook.at(files.database), log: try FileLook.at(files.log))
    let before = sight.database == nil && sight.log == nil ? nil : try freeName(files.database + ".before-restore")
    var old: [JobFile] = []
    if sight.database != nil, record?.isMismatched(sight, files) != true {
      old = (try? closeOff(files.database)) ?? []
    }
    if let before {
      try keepFiles(before, old)
      if sight.database != nil {
        guard link(files.database, before) == 0 else { throw SystemFailure("link \(before)") }
      }
      guard rename(files.log, before + "-wal") == 0 || errno == ENOENT else {
        throw SystemFailure("rename \(files.log)")
      }
    }
    unlink(files.index)
    guard rename(part, files.database) == 0 else { throw SystemFailure("rename \(part)") }
    try flush(StoreFiles.folder(of: files.database))
    return before
  }

  /// Returns the files that it names.
  private static func closeOff(_ database: String) throws -> [JobFile] {
    let connection = try Connection.editor(path: database)
    try Schema.refuseForeign(connection, orEmpty: true)
    try connection.set("synchronous", "2")
    try connection.run(script: "PRAGMA wal_checkpoint(TRUNCATE)")
    let named = try files(in: connection).map(\.file)
    try connection.close()
    return named
  }

  private static func freeName(_ stem: String) throws -> String {
    for number in 1...9999 {
      let name = "\(stem)-\(number)"
      if try FileLook.at(name) == nil { return name }
    }
    throw StoreError(.unavailable, operation: "restore", cause: "remove some of \(stem)-*")
  }
}
