internal import Foundation
internal import Jobs
internal import Synchronization

/// Where the thread that opens a store and the caller of `open` meet: the caller waits no longer than its limit for the
/// turn, since the thread may be blocked behind a stopped process; and for as long as it takes from then on.
final class Opening: Sendable {
  struct Joined {
    var name: String
    var member: Member
    var clients: KeyedHash
  }

  let readers: ReaderPool
  private let files: StoreFiles
  private let configuration: SQLiteJobStore.Configuration
  private let hasTurn = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)
  private let outcome = Mutex<Result<Joined, StoreError>?>(nil)

  init(files: StoreFiles, configuration: SQLiteJobStore.Configuration) {
    self.files = files
    self.configuration = configuration
    readers = ReaderPool(path: files.database, limit: configuration.readers)
  }

  /// On the writer's thread: its turn has come.
  func begin() { hasTurn.signal() }

  /// On the writer's thread, in its turn: opens or creates the database and becomes a member.
  func join() throws -> WriteTransaction {
    try FileSystem.refuseRemote(files.database)
    let connection = try Connection.writer(path: files.database)
    do {
      let transaction = WriteTransaction(connection, span: WritableSpan(lease: configuration.lease))
      let settings = try connection.settings()
      let (joined, tokens) = try transaction.whole(span: transaction.span) {
        try Self.forgetOldTimes(in: transaction)
        try transaction.recountQueue()
        try connection(.forgetClients).run()
        let member = try Member(
          in: transaction, files: files, lease: configuration.lease, settings: settings, at: .now)
        guard let (name, secret) = try connection(.storeName).first(decode: { ($0.text(0), $0.bytes(1)) }) else {
          throw StoreError(.unusable, operation: "open", cause: "the store's row of counters is missing")
        }
        let tokens = try connection(.members).rows { MemberRow(from: $0).token }
        return (Joined(name: name, member: member, clients: KeyedHash(key: secret)), Set(tokens))
      }
      Presence.sweep(files, keeping: tokens)
      outcome.withLock { $0 = .success(joined) }
      done.signal()
      return transaction
    } catch {
      try connection.close()
      throw error
    }
  }

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
  /// presence is gone already, leaves its row behind.
  func leave(_ transaction: WriteTransaction) throws {
    let connection = transaction.connection
    try readers.close()
    defer { try? outcome.withLock { $0 }?.get().member.presence.letGo() }
    if case .success(let joined) = outcome.withLock({ $0 }), joined.member.presence.isHeld {
      let hasLeft = try transaction.whole(span: transaction.span) { try joined.member.leave(in: transaction) }
      if hasLeft { joined.member.presence.remove() }
    }
    try connection.close()
  }

  /// On the caller's thread.
  func wait() throws(StoreError) -> Joined {
    let limit = DispatchTime.now() + .milliseconds(Int(configuration.turnLimit.milliseconds))
    guard hasTurn.wait(timeout: limit) == .success else {
      throw StoreError(.unavailable, operation: "open", cause: "no turn within \(configuration.turnLimit)")
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
