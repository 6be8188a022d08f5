public import Jobs

extension SQLiteJobStore {
  public func claim(
    _ room: Int, of kinds: [JobKind: Int], beside others: Int, at now: Timestamp
  ) async throws(StoreError) -> [Claim] {
    try await write("claim") { [member] transaction in
      let connection = transaction.connection
      try member.renewLease(in: transaction)
      guard room > 0, !kinds.isEmpty else { return [] }
      try connection(.wakeDelayed).run(transaction.clock.milliseconds)
      let claims = try Self.choose(room, of: kinds.keys, for: member.id, beside: others, on: connection)
      for claim in claims {
        try connection(.claim).run(
          claim.tenure.id.rawValue, claim.tenure.epoch, claim.attempt, member.id, transaction.counters.nextChange(),
          now.milliseconds, kinds[claim.kind])
      }
      transaction.dequeued(claims.count, bytes: claims.reduce(0) { $0 + Int64($1.input.count) })
      return claims
    }
  }

  /// What this member may take now. The lone jobs come first: they are old, and few.
  private static func choose(
    _ room: Int, of kinds: some Swift.Collection<JobKind>, for member: Int64, beside others: Int,
    on connection: Connection
  ) throws -> [Claim] {
    if try !isBusy(member, beside: others, on: connection) {
      let lone = try pick(1, of: kinds) { try connection(.lone).rows($0, $1, decode: claim(of: $2)) }
      if !lone.isEmpty { return lone }
    } else {
      if try connection(.isKept).first(member, decode: { _ in true }) != nil { return [] }
      let lone = try pick(1, of: kinds) { try connection(.unkept).rows($0, $1, decode: claim(of: $2)) }
      if let first = lone.first {
        try connection(.keep).run(first.tenure.id.rawValue, member)
        return []
      }
    }
    return try pick(room, of: kinds) { try connection(.waiting).rows($0, $1, decode: claim(of: $2)) }
  }

  /// Both pictures count: a work that has returned is running until its end is written, and one that was taken away runs
  /// until it returns.
  private static func isBusy(_ member: Int64, beside others: Int, on connection: Connection) throws -> Bool {
    try others > 0 || connection(.isBusy).first(member) { _ in true } != nil
  }

  /// The oldest `room` of all kinds.
  private static func pick(
    _ room: Int, of kinds: some Swift.Collection<JobKind>, from rows: (String, Int, JobKind) throws -> [Claim]
  ) rethrows -> [Claim] {
    let claims = try kinds.flatMap { try rows($0.rawValue, room, $0) }
    return kinds.count > 1 ? Array(claims.sorted { $0.tenure.id < $1.tenure.id }.prefix(room)) : claims
  }

  private static func claim(of kind: JobKind) -> (Columns) -> Claim {
    { row in
      Claim(
        tenure: Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1) + 1), kind: kind,
        input: row.bytes(3), attempt: Int(row.integer(2)) + 1, acceptedAt: Timestamp(milliseconds: row.integer(4)))
    }
  }

  public func hasWaiting(of kinds: Set<JobKind>, beside others: Int) async throws(StoreError) -> Bool {
    try readers.read("look for waiting jobs") { connection in
      let isBusy = try Self.isBusy(member.id, beside: others, on: connection)
      // Busy, it may take nothing while one that runs alone is here, or is kept for it.
      if isBusy, try connection(.isKept).first(member.id, decode: { _ in true }) != nil { return false }
      let now = MonotonicTime.now.milliseconds
      if try connection(.isDue).first(now, decode: { _ in true }) != nil { return true }
      return try kinds.contains { kind in
        try connection(.hasWaiting).first(kind.rawValue) { _ in true } != nil
          || connection(isBusy ? .unkept : .lone).first(kind.rawValue, 1) { _ in true } != nil
      }
    }
  }

  public func tenures() async throws(StoreError) -> [Tenure] {
    try readers.read("read tenures") { connection in
      try connection(.runningJobs).rows(member.id) { row in
        Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1))
      }
    }
  }
}

extension Query {
  // The indexes are named because without statistics the planner may prefer the one of the lists, whose rows of that
  // kind are all jobs there ever were.
  static let waiting = candidates("job_waiting", alone: 0)
  static let lone = candidates("job_alone", alone: 1)
  /// The lone ones that no member keeps itself free for.
  static let unkept = candidates("job_alone", alone: 1, "AND member IS NULL")

  private static func candidates(_ index: String, alone: Int, _ more: String = "") -> Query {
    Query(
      """
      SELECT id, epoch, attempt, \(JobRow.input), created_at FROM job INDEXED BY \(index)
      WHERE kind = ? AND \(JobEvent.claim.condition) AND delayed_until IS NULL AND alone = \(alone) \(more)
      ORDER BY id LIMIT ?
      """)
  }

  static let hasWaiting = Query(
    """
    SELECT 1 FROM job INDEXED BY job_waiting
    WHERE kind = ? AND \(JobEvent.claim.condition) AND delayed_until IS NULL AND alone = 0 LIMIT 1
    """)
  static let isDue = Query("SELECT 1 FROM job INDEXED BY job_delayed WHERE delayed_until <= ? LIMIT 1")
  static let wakeDelayed = Query(
    "UPDATE job INDEXED BY job_delayed SET delayed_until = NULL WHERE delayed_until <= ?")
  static let isBusy = Query(
    "SELECT 1 FROM job INDEXED BY job_running WHERE member = ? AND \(JobEvent.release.condition) LIMIT 1")
  /// Whether a lone job runs in this member, or is kept for it.
  static let isKept = Query(
    """
    SELECT 1 FROM job INDEXED BY job_running WHERE member = ?1 AND \(JobEvent.release.condition) AND alone = 1
    UNION ALL
    SELECT 1 FROM job INDEXED BY job_kept WHERE member = ?1 AND \(JobEvent.claim.condition) AND alone = 1
    LIMIT 1
    """)
  static let keep = Query("UPDATE job SET member = ?2 WHERE id = ?1")
  /// Whoever leaves or dies keeps itself free for nothing.
  static let keepNone = Query(
    """
    UPDATE job INDEXED BY job_kept SET member = NULL
    WHERE member = ? AND \(JobEvent.claim.condition) AND alone = 1
    """)
  static let claim = Query(
    """
    UPDATE job SET status = \(JobEvent.claim.target), epoch = ?2, attempt = ?3, member = ?4, change = ?5,
      started_at = coalesce(started_at, ?6), updated_at = ?6, step = NULL, completed = 0, total = 0, attempts = ?7
    WHERE id = ?1
    """)
  static let runningJobs = Query(
    """
    SELECT id, epoch, attempt >= attempts FROM job
    WHERE member = ? AND \(JobEvent.release.condition) ORDER BY id
    """)
}
