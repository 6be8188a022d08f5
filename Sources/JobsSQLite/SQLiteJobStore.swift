public import Jobs
internal import Synchronization

/// Jobs in one SQLite file, shared by all processes of one machine that open it.
///
/// Writes go through the ``GroupCommitWriter``, reads through the ``ReaderPool``; the operations are in the extensions.
/// Members know of each other by the ``Turnstile``, the ``Doorbell`` and their ``Presence``, which are side files next to
/// the database: `PATH-turn`, `PATH-bell`, `PATH-members/`.
public final class SQLiteJobStore: JobStore {
  public let name: String
  let files: StoreFiles
  let member: Member
  let readers: ReaderPool
  /// Whether the index that retention needs is known to be there.
  let indexesEnds = Flag()
  /// Whether old tombstones may be there to be put together.
  let mayFold = Atomic(true)
  /// How clients are named in the rows of jobs.
  let clients: KeyedHash
  private let opened: OpenFiles
  let writer: GroupCommitWriter
  private let bell: Doorbell

  /// Opens the store at `path`, creating it where there is none, and becomes a member of it. Blocks until it has the
  /// turn, at most for the turn limit, and then for as long as it takes to bring the store up to date. `log` gets one line
  /// for what no caller is told, on any thread.
  ///
  /// Throws `.unusable` for a file that isn't ours, is damaged, was written by a newer version, or is on a network file
  /// system; `.unavailable` where it can't be opened now.
  public static func open(
    path: String, configuration: Configuration = .init(), log: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(StoreError) -> SQLiteJobStore {
    do {
      return try SQLiteJobStore(files: StoreFiles(path: path), configuration: configuration, log: log)
    } catch {
      throw StoreError(error, operation: "open")
    }
  }

  private init(
    files: StoreFiles, configuration: Configuration, log: @escaping @Sendable (String) -> Void
  ) throws {
    let isNew = try Opening.isNew(files)
    let turnstile = try Turnstile(path: files.turn, creating: isNew)
    let bell = try Doorbell(path: files.bell, creating: isNew, log: log)
    let writer = GroupCommitWriter(turnstile: turnstile, bell: bell, configuration: configuration, log: log)
    let opening = Opening(files: files, turn: turnstile.identity, bell: bell.identity, configuration: configuration)
    try writer.start(opening)
    let joined: Opening.Joined
    do {
      joined = try opening.wait { turnstile.holderName }
    } catch {
      writer.queue.refuse()
      throw error
    }
    let tick = min(.milliseconds(250), configuration.turnLimit / 4)
    do {
      try bell.listen(every: tick, safetyRing: configuration.safetyRing) {
        writer.expire(at: .now)
        writer.watch(joined.open, at: .now)
        writer.probeIfFailing()
      }
    } catch {
      writer.queue.refuse()
      throw error
    }
    self.files = files
    self.writer = writer
    self.bell = bell
    name = joined.name
    member = joined.member
    opened = joined.open
    clients = joined.clients
    readers = opening.readers
  }

  /// How many transactions this member has committed.
  public var commits: Int { writer.commits }

  /// How many reads this member has made.
  public var reads: Int { readers.count }

  /// Leaves without waiting; ``close()`` is the orderly way.
  deinit {
    writer.queue.refuse()
  }

  /// Refuses further writes, finishes those that wait, leaves the store and closes its connections; then everything
  /// throws `.closed`. Waits at most for the turn limit. Jobs still running here are left to a sibling's `reap`, as after
  /// a crash: release them first. May be called again.
  public func close() async {
    writer.queue.refuse()
    await writer.drained()
    readers.refuse()
    member.presence.letGo()
  }

  /// For tests: what `kill -9` leaves behind, in a process that lives on. Returns when the member is dead.
  func abandon() async {
    member.presence.letGo()
    await close()
  }

  public func rings() -> AsyncStream<Void> {
    bell.rings()
  }

  public func workRings() -> AsyncStream<Void> {
    bell.rings(forWork: true)
  }

  /// For what is acknowledged without a write: throws where the files that were read are not those at the paths.
  func vouchForFiles() throws(StoreError) {
    try writer.vouch(for: opened)
  }

  /// Why the last write failed; `nil` while all is well.
  var writeFault: StoreHealth.Fault? { writer.fault }

  var waitingWrites: Int { writer.queue.count }

  var isClosing: Bool { !writer.queue.isOpen }

  /// Queues `body` for the next transaction of this member. It may run twice (the first time is rolled back then), so it
  /// changes nothing but the store.
  func write<Outcome: Sendable>(
    _ operation: String, _ body: @escaping (WriteTransaction) throws -> Outcome
  ) async throws(StoreError) -> Outcome {
    let result = await withCheckedContinuation { continuation in
      writer.queue.add(Write(operation, continuation: continuation, body: body))
    }
    return try result.get()
  }
}
