internal import Foundation
internal import Jobs
internal import Synchronization

/// Where the thread that opens a store and the caller of `open` meet: the caller waits no longer than its limit for the
/// turn, since the thread may be blocked behind a stopped process; and for as long as it takes from then on.
final class Opening: Sendable {
  struct Joined {
    var name: String
    var member: Member
    var open: OpenFiles
    var clients: KeyedHash
  }

  let readers: ReaderPool
  private let files: StoreFiles
  private let turn: FileIdentity?
  private let bell: FileIdentity?
  private let configuration: SQLiteJobStore.Configuration
  private let hasTurn = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)
  private let outcome = Mutex<Result<Joined, StoreError>?>(nil)

  init(
    files: StoreFiles, turn: FileIdentity?, bell: FileIdentity?, configuration: SQLiteJobStore.Configuration
  ) {
    self.files = files
    (self.turn, self.bell) = (turn, bell)
    self.configuration = configuration
    readers = ReaderPool(path: files.database, limit: configuration.readers)
  }

  /// On the writer's thread: its turn has come.
  func begin() { hasTurn.signal() }

  /// Whether this member may create what is not there. Throws where a member lives and what it has open is gone: beside
  /// it there would be a second store, with locks of its own.
  static func isNew(_ files: StoreFiles) throws -> Bool {
    guard let living = Presence.living(in: files).first else {
      if try FileLook.at(files.database) == nil { try refuseUnnamed(files) }
      return true
    }
    for path in [files.database, files.turn, files.bell] {
      if try FileLook.at(path) == nil { throw inUse(by: living, FileFault(path, .removed)) }
    }
    return false
  }

  /// In one's turn, before anything is opened: whether what is there is what the member before left.
  func refuseOthers(_ record: TurnRecord?) throws {
    let now = try sight()
    try Self.refuseUnnamed(files)
    let all = Presence.living(in: files)
    if let living = all.first {
      for (path, look) in [(files.database, now.database), (files.log, now.log)] where look == nil {
        throw Self.inUse(by: living, FileFault(path, .removed))
      }
      for living in all {
        guard let pid = living.pid, let stray = try OpenDescriptors(of: pid).strays(of: files).first else { continue }
        throw Self.inUse(by: living, stray)
      }
      if let fault = record?.fault(of: now, files) { throw Self.inUse(by: living, fault) }
    } else if let record, record.isMismatched(now, files) {
      let fault = TurnRecord.faultOfDatabase(from: record.sight, to: now, files)?.description ?? ""
      throw StoreError(
        .unusable, operation: "open",
        cause: """
          \(fault), and \(files.log) belongs to the one that was there before, which is left as it is: put that one \
          back, or a backup in the place of both by orders restore
          """)
    }
  }

  /// How database and log are, whoever has them open.
  func sight() throws(SystemFailure) -> TurnRecord.Sight {
    .init(database: try FileLook.at(files.database), log: try FileLook.at(files.log))
  }

  /// Throws where a member lives that nobody finds by its lock's name. Where the database was removed with it, a second
  /// store would begin beside it.
  private static func refuseUnnamed(_ files: StoreFiles) throws(StoreError) {
    if let living = Presence.unnamed(in: files) {
      throw inUse(by: living, FileFault("\(files.members)/*.lock", .removed))
    }
  }

  private static func inUse(by member: Presence.Living, _ fault: FileFault) -> StoreError {
    var error = StoreError(
      .unavailable, operation: "open",
      cause: """
        \(fault) while \(member.name) has it open: put it back if it was moved, or else end all processes of the store \
        first
        """)
    error.isOfLostFiles = true
    return error
  }

  /// On the writer's thread, in its turn: opens or creates the database and becomes a member. After
  /// ``refuseOthers(_:)``.
  func join() throws -> WriteTransaction {
    try FileSystem.refuseRemote(files.database)
    files.makeDatabase()
    let connection = try Connection.writer(path: files.database)
    files.closeToOthers()
    var isOurs = true
    do {
      let transaction = WriteTransaction(connection, span: WritableSpan(lease: configuration.lease))
      let settings = try Settings.inEffect(on: connection)
      let (joined, tokens) = try transaction.whole(span: transaction.span) {
        try Self.forgetOldTimes(in: transaction)
        try transaction.recountQueue()
        try connection(.forgetClients).run()
        try transaction.freeLostSlots()
        let member = try Member(
          in: transaction, files: files, lease: configuration.lease, settings: settings, at: .now)
        guard let (name, secret) = try connection(.storeName).first(decode: { ($0.text(0), $0.bytes(1)) }) else {
          throw StoreError(.unusable, operation: "open", cause: "the store's row of counters is missing")
        }
        let tokens = try connection(.members).rows { MemberRow(from: $0).token }
        isOurs = false
        let open = try OpenFiles(
          files, turn: turn, bell: bell, lock: (member.presence.path, member.presence.identity))
        isOurs = true
        return (Joined(name: name, member: member, open: open, clients: KeyedHash(key: secret)), Set(tokens))
      }
      Presence.sweep(files, keeping: tokens)
      readers.watch(joined.open)
      outcome.withLock { $0 = .success(joined) }
      done.signal()
      return transaction
    } catch {
      if isOurs { try connection.close() } else { connection.keepOpen() }
      throw error
    }
  }

  /// What this member has open, once it has joined.
  var open: OpenFiles? { try? outcome.withLock { $0 }?.get().open }

  /// The monotonic clock began anew with the machine: what waited for a moment of the old one is due.
  private static func forgetOldTimes(in transaction: WriteTransaction) throws {
    if try transaction.connection(.enterBoot).run(Presence.boot) == 0 { return }
    try transaction.connection(.wakeDelayed).run(Int64.max)
    try transaction.connection(.wakeCallbacks).run()
  }

  /// On the writer's thread: there will be no store.
  func fail(_ error: any Error) {
    outcome.withLock { $0 = .failure(StoreError(error, operation: "open")) }
    hasTurn.signal()
    done.signal()
  }

  /// On the writer's thread, in its turn, after the last write: leaves and closes all connections. A crashed member, whose
  /// presence is gone already, leaves its row behind. Only where the files are those at the paths: the last connection to
  /// close copies the log into whatever database is there, and removes the log by its name. Else, and where leaving fails,
  /// the connection stays open until the process ends.
  func leave(_ transaction: WriteTransaction) throws {
    let connection = transaction.connection
    defer { letGo() }
    do {
      try readers.close()
      if case .success(let joined) = outcome.withLock({ $0 }), joined.member.presence.isHeld {
        let hasLeft = try transaction.whole(span: transaction.span) { try joined.member.leave(in: transaction) }
        if hasLeft { joined.member.presence.remove() }
      }
    } catch {
      connection.keepOpen()
      throw error
    }
    try connection.close()
  }

  /// What a death does.
  func letGo() {
    try? outcome.withLock { $0 }?.get().member.presence.letGo()
  }

  /// On the caller's thread.
  func wait(holder: () -> String) throws(StoreError) -> Joined {
    let limit = DispatchTime.now() + .milliseconds(Int(configuration.turnLimit.milliseconds))
    guard hasTurn.wait(timeout: limit) == .success else {
      throw StoreError(
        .unavailable, operation: "open",
        cause: "no turn within \(configuration.turnLimit); \(holder()) had the turn last")
    }
    // Bringing a large store up to date, or reading a long log, takes its time.
    done.wait()
    guard let outcome = outcome.withLock({ $0 }) else {
      throw StoreError(.unavailable, operation: "open", cause: "nobody opened it")
    }
    return try outcome.get()
  }
}

extension Query {
  static let enterBoot = Query("UPDATE store SET boot = ?1 WHERE boot <> ?1")
  static let storeName = Query("SELECT name, client_secret FROM store")
}
