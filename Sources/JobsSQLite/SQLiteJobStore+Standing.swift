internal import Glibc
public import Jobs

/// How much a store has to do, and how long its log is: for metrics.
public struct StoreStanding: Hashable, Sendable {
  /// Jobs that wait, those between two attempts too.
  public var queued: Int
  /// Bytes of their inputs.
  public var queuedBytes: Int
  public var running: Int
  /// When the oldest of the jobs that any member may take now was accepted; `nil` where there is none.
  public var oldestAcceptedAt: Timestamp?
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

  /// Costs no more with a million finished jobs; each unsettled callback is counted.
  public func standing(of kinds: Set<JobKind>) throws(StoreError) -> StoreStanding {
    let (counters, running, oldest, callbacks) = try readers.read("read standing") { connection in
      let oldest = try [Query.oldestWaiting, .oldestAlone].flatMap { query in
        try kinds.compactMap { kind in try connection(query).first(kind.rawValue) { $0.integer(0) } }
      }
      return (
        try connection(.counters).first(decode: Counters.init(from:)) ?? Counters(),
        try connection(.runningCount).first { $0.integer(0) } ?? 0, oldest.min(),
        try connection(.unsettledCallbacks).first { $0.integer(0) } ?? 0
      )
    }
    var status = stat()
    let hasLog = stat(files.log, &status) == 0
    return StoreStanding(
      queued: Int(counters.queued), queuedBytes: Int(counters.queuedBytes), running: Int(running),
      oldestAcceptedAt: oldest.map(Timestamp.init(milliseconds:)),
      unsettledCallbacks: Int(callbacks), logBytes: hasLog ? Int(status.st_size) : 0)
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

  static let runningCount = Query(
    "SELECT count(*) FROM job INDEXED BY job_running WHERE \(JobEvent.release.condition)")
}
