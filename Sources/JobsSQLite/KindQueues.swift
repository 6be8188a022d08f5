internal import Jobs

/// Waiting jobs, and the bytes of their inputs.
struct Waiting: Equatable {
  var jobs: Int64 = 0
  var bytes: Int64 = 0

  /// Neither falls below 0, nor do bytes stay where no job does: a member of the version before may have taken jobs out
  /// uncounted.
  mutating func add(_ jobs: Int64, bytes: Int64) {
    self.jobs = max(0, self.jobs + jobs)
    self.bytes = self.jobs > 0 ? max(0, self.bytes + bytes) : 0
  }
}

/// What waits of each kind, as `kind_state` has it.
struct KindQueues {
  private(set) var waiting: [JobKind: Waiting] = [:]
  /// They don't add up to the number of all that waits: a member of the version before has put jobs in or taken some out.
  private(set) var isOff: Bool
  private var saved: [JobKind: Waiting]

  init(in connection: Connection) throws {
    var (all, sum): (Int64, Int64) = (0, 0)
    for row in try connection(.kindQueues).rows(decode: Row.init) {
      all = row.all
      guard let kind = row.kind else { continue }
      waiting[kind] = row.waiting
      sum += row.waiting.jobs
    }
    isOff = all != sum
    saved = waiting
  }

  /// What waits of each kind by the jobs themselves. Reads the indexes of the waiting jobs, which hold the sizes of all
  /// but those that the version before wrote: some ten milliseconds for a hundred thousand jobs.
  static func counted(in connection: Connection) throws -> [JobKind: Waiting] {
    var counted: [JobKind: Waiting] = [:]
    for query in [Query.sumsWaiting, .sumsAlone, .sumsDelayed] {
      for row in try connection(query).rows(decode: Row.init) {
        if let kind = row.kind { counted[kind, default: Waiting()].add(row.waiting.jobs, bytes: row.waiting.bytes) }
      }
    }
    return counted
  }

  /// What waits now, for a reader: counted where the store's own numbers are off.
  static func current(in connection: Connection) throws -> [JobKind: Waiting] {
    let queues = try KindQueues(in: connection)
    return queues.isOff ? try counted(in: connection) : queues.waiting
  }

  subscript(kind: JobKind) -> Waiting { waiting[kind] ?? Waiting() }

  mutating func add(_ jobs: Int64, bytes: Int64, to kind: JobKind) {
    waiting[kind, default: Waiting()].add(jobs, bytes: bytes)
  }

  mutating func replace(by counted: [JobKind: Waiting]) {
    waiting = waiting.mapValues { _ in Waiting() }.merging(counted) { $1 }
    isOff = false
  }

  /// Writes the rows that have changed since ``init(in:)``.
  func save(in connection: Connection) throws {
    for (kind, waiting) in waiting where saved[kind] != waiting {
      try connection(.saveKindQueue).run(kind.rawValue, waiting.jobs, waiting.bytes)
    }
  }

  /// Kind, jobs, bytes, and the jobs of all kinds, where that is asked for.
  private struct Row {
    let kind: JobKind?
    let waiting: Waiting
    let all: Int64

    init(_ row: Columns) {
      kind = row.isNull(0) ? nil : JobKind(rawValue: row.text(0))
      waiting = Waiting(jobs: row.integer(1), bytes: row.integer(2))
      all = row.integer(3)
    }
  }
}

extension Query {
  static let kindQueues = Query(
    """
    SELECT kind, kind_state.queued, kind_state.queued_bytes, store.queued FROM store LEFT JOIN kind_state
    """)
  static let saveKindQueue = Query(
    """
    INSERT INTO kind_state (kind, queued, queued_bytes) VALUES (?1, ?2, ?3)
    ON CONFLICT (kind) DO UPDATE SET queued = ?2, queued_bytes = ?3
    """)
  static let sumsWaiting = sums("job_waiting", "delayed_until IS NULL AND alone = 0")
  static let sumsAlone = sums("job_alone", "delayed_until IS NULL AND alone = 1")
  static let sumsDelayed = sums("job_delayed", "delayed_until IS NOT NULL")

  private static func sums(_ index: String, _ condition: String) -> Query {
    Query(
      """
      SELECT kind, count(*), sum(\(JobRow.size)), 0 FROM job INDEXED BY \(index)
      WHERE \(JobEvent.claim.condition) AND \(condition) GROUP BY kind
      """)
  }
}
