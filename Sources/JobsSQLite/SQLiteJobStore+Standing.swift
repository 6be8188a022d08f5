internal import Glibc
public import Jobs

/// How much a store has to do, and how long its log is: for metrics.
public struct StoreStanding: Hashable, Sendable {
  /// Of one kind.
  public struct Kind: Hashable, Sendable {
    /// Jobs that wait, those between two attempts too.
    public var queued = 0
    /// Bytes of their inputs.
    public var queuedBytes = 0
    public var running = 0
    /// When the oldest of the jobs that any member may take now was accepted; `nil` where there is none.
    public var oldestAcceptedAt: Timestamp?
  }

  public var kinds: [JobKind: Kind]
  /// Ends that somebody is still to be told of.
  public var unsettledCallbacks: Int
  /// Of the write-ahead log.
  public var logBytes: Int
}

extension SQLiteJobStore {
  /// Where the numbers of all processes of the store at `path` may be: a folder beside it, which need not be there. The
  /// same for all members, whatever path they were given.
  public static func metricsFolder(ofStoreAt path: String) throws(StoreError) -> String {
    try StoreFiles(path: path).database + "-metrics"
  }

  /// Tells of each of `kinds`, and of any other kind of which a job waits or runs. Costs no more with a million finished
  /// jobs; each running job and each unsettled callback is counted.
  public func standing(of kinds: Set<JobKind>) throws(StoreError) -> StoreStanding {
    let (standings, callbacks) = try readers.read("read standing") { connection in
      (
        try Self.standings(of: kinds, in: connection),
        try connection(.unsettledCallbacks).first { $0.integer(0) } ?? 0
      )
    }
    var status = stat()
    let hasLog = stat(files.log, &status) == 0
    return StoreStanding(
      kinds: standings, unsettledCallbacks: Int(callbacks), logBytes: hasLog ? Int(status.st_size) : 0)
  }

  private static func standings(
    of kinds: Set<JobKind>, in connection: Connection
  ) throws -> [JobKind: StoreStanding.Kind] {
    var standings = Dictionary(uniqueKeysWithValues: kinds.map { ($0, StoreStanding.Kind()) })
    for (kind, waiting) in try KindQueues.current(in: connection) where waiting.jobs > 0 {
      standings[kind, default: .init()].queued = Int(waiting.jobs)
      standings[kind, default: .init()].queuedBytes = Int(waiting.bytes)
      let oldest = try [Query.oldestWaiting, .oldestAlone].compactMap { query in
        try connection(query).first(kind.rawValue) { $0.integer(0) }
      }
      standings[kind, default: .init()].oldestAcceptedAt = oldest.min().map(Timestamp.init(milliseconds:))
    }
    for (kind, count) in try connection(.runningCounts).rows(decode: { ($0.text(0), $0.integer(1)) }) {
      standings[JobKind(rawValue: kind), default: .init()].running = Int(count)
    }
    return standings
  }
}

extension Query {
  // Ids rise with time, so that the first of each index is its oldest.
  static let oldestWaiting = oldest("job_waiting", alone: 0)
  static let oldestAlone = oldest("job_alone", alone: 1)

  private static func oldest(_ index: String, alone: Int) -> Query {
    Query(
      """
      SELECT created_at FROM job INDEXED BY \(index)
      WHERE kind = ? AND \(JobEvent.claim.condition) AND delayed_until IS NULL AND alone = \(alone)
      ORDER BY id LIMIT 1
      """)
  }

  static let runningCounts = Query(
    "SELECT kind, count(*) FROM job INDEXED BY job_running WHERE \(JobEvent.release.condition) GROUP BY kind")
}
