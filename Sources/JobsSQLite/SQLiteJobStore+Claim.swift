public import Jobs

extension SQLiteJobStore {
  public func claim(_ room: Room, at now: Timestamp) async throws(StoreError) -> [Claim] {
    try await write("claim") { [member] transaction in
      try Self.claim(room, by: member, in: transaction, at: now)
    }
  }

  public func stand(_ claim: StandingClaim, at now: @escaping @Sendable () -> Timestamp) {
    writer.queue.stand(claim) { [member] room, transaction in
      try Self.claim(room, by: member, in: transaction, at: now())
    }
  }

  private static func claim(
    _ room: Room, by member: Member, in transaction: WriteTransaction, at now: Timestamp
  ) throws -> [Claim] {
    try member.keepLease(in: transaction)
    guard !room.isFull else { return [] }
    let connection = transaction.connection
    let woken = try connection(.wakeDelayed).run(transaction.clock.milliseconds)
    var waitedFor = room
    waitedFor.kinds = try room.kinds.filter { kind, _ in try transaction.mayWait(kind) }
    switch room.choose(try candidates(for: waitedFor, of: member.id, at: transaction.clock, on: connection)) {
    case .keep(let id):
      try connection(.keep).run(id.rawValue, member.id)
      return []
    case .take(let ids):
      let claims = try ids.map { try begin($0, in: room, by: member.id, in: transaction, at: now) }
      for claim in claims { try transaction.dequeued(1, bytes: Int64(claim.input.count), of: claim.kind) }
      // Those that are due and have no room here may have some elsewhere.
      if woken > claims.count { transaction.mustRing = true }
      return claims
    }
  }

  public func hasWaiting(for room: Room) async throws(StoreError) -> Bool {
    if room.isFull { return false }
    return try readers.readOneState("look for waiting jobs") { connection in
      // Whether anything is chosen depends on the oldest of each kind alone.
      let clock = MonotonicTime.now
      let candidates = try Self.candidates(for: room, of: member.id, atMost: 1, at: clock, on: connection)
      if !room.choose(candidates).isEmpty { return true }
      // Busy, it may take nothing while one that runs alone is here, or is kept for it.
      if candidates.isBusy, candidates.isReserved { return false }
      guard try connection(.isDue).first(clock.milliseconds, decode: { _ in true }) != nil else { return false }
      return try room.kinds.keys.contains { kind in
        try room.most(of: kind, running: candidates.running[kind] ?? 0) > 0
          && connection(.isDueOfKind).first(clock.milliseconds, kind.rawValue, decode: { _ in true }) != nil
      }
    }
  }

  /// What ``Room/choose(_:)`` has to know, with at most `limit` waiting jobs of each kind.
  private static func candidates(
    for room: Room, of member: Int64, atMost limit: Int = .max, at clock: MonotonicTime, on connection: Connection
  ) throws -> Candidates {
    var candidates = Candidates()
    candidates.isBusy = try room.others > 0 || connection(.isBusy).first(member) { _ in true } != nil
    candidates.isReserved = try candidates.isBusy && connection(.isReserved).first(member) { _ in true } != nil
    for (kind, its) in room.kinds {
      if its.jobsInAll != nil {
        candidates.running[kind] = Int(try connection(.runningInAll).first(kind.rawValue) { $0.integer(0) } ?? 0)
        candidates.kept[kind] = Int(try connection(.keptInAll).first(kind.rawValue) { $0.integer(0) } ?? 0)
      }
      let queries = its.oneAttemptAtATime ? CandidateQueries.withoutSlot : .all
      func oldest(_ query: Query, _ limit: Int) throws -> [JobID] {
        let (statement, id) = (try connection(query), { (row: Columns) in JobID(rawValue: row.integer(0)) })
        return its.oneAttemptAtATime
          ? try statement.rows(kind.rawValue, limit, clock.milliseconds, decode: id)
          : try statement.rows(kind.rawValue, limit, decode: id)
      }
      candidates.lone[kind] = try oldest(candidates.isBusy ? queries.unkept : queries.lone, 1).first
      let most = room.most(of: kind, running: candidates.running[kind] ?? 0)
      if most > 0 { candidates.waiting[kind] = try oldest(queries.waiting, min(most, limit)) }
    }
    return candidates
  }

  private static func begin(
    _ id: JobID, in room: Room, by member: Int64, in transaction: WriteTransaction, at now: Timestamp
  ) throws -> Claim {
    let connection = transaction.connection
    let claim = try connection(.chosen).first(id.rawValue) { row in
      Claim(
        tenure: Tenure(id: id, epoch: row.integer(1) + 1), kind: JobKind(rawValue: row.text(0)),
        owner: JobOwner(row.text(5)), input: row.bytes(3), attempt: Int(row.integer(2)) + 1,
        acceptedAt: Timestamp(milliseconds: row.integer(4)), traceParent: row.isNull(6) ? nil : row.text(6))
    }
    guard let claim, let kind = room.kinds[claim.kind] else {
      throw StoreError(.unusable, operation: "claim", cause: "job \(id) waits in an index, and is not there")
    }
    try connection(.claim).run(
      id.rawValue, claim.tenure.epoch, claim.attempt, member, transaction.counters.nextChange(), now.milliseconds,
      kind.attempts)
    if kind.holdsSlots { try transaction.holdSlot(for: claim.tenure, of: claim.kind, by: member) }
    transaction.begun.append(claim.tenure)
    return claim
  }

  public func tenures() async throws(StoreError) -> [Tenure] {
    try readers.read("read tenures") { connection in
      try connection(.runningJobs).rows(member.id) { row in
        Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1))
      }
    }
  }
}

/// The oldest jobs of a kind that wait and are due. Arguments: the kind, and how many.
struct CandidateQueries: Sendable {
  let waiting: Query
  let lone: Query
  /// The lone ones that no member keeps itself free for.
  let unkept: Query

  static let all = CandidateQueries()
  /// Those of which no earlier attempt holds a slot; third argument: the time. Costs a look at the slots for each job that is
  /// looked at.
  static let withoutSlot = CandidateQueries("AND \(Query.hasNoSlot)")

  // The indexes are named because without statistics the planner may prefer the one of the lists, whose rows of that
  // kind are all jobs there ever were.
  private init(_ more: String = "") {
    waiting = Self.candidates("job_waiting", alone: 0, more)
    lone = Self.candidates("job_alone", alone: 1, more)
    unkept = Self.candidates("job_alone", alone: 1, "AND member IS NULL \(more)")
  }

  private static func candidates(_ index: String, alone: Int, _ more: String) -> Query {
    Query(
      """
      SELECT id FROM job INDEXED BY \(index)
      WHERE kind = ?1 AND \(JobEvent.claim.condition) AND delayed_until IS NULL AND alone = \(alone) \(more)
      ORDER BY id LIMIT ?2
      """)
  }
}

extension Query {
  static let chosen = Query(
    "SELECT kind, epoch, attempt, \(JobRow.input), created_at, owner, trace_parent FROM job WHERE id = ?")
  static let isDue = Query("SELECT 1 FROM job INDEXED BY job_delayed WHERE delayed_until <= ? LIMIT 1")
  static let isDueOfKind = Query(
    "SELECT 1 FROM job INDEXED BY job_delayed WHERE delayed_until <= ? AND kind = ? LIMIT 1")
  static let wakeDelayed = Query(
    "UPDATE job INDEXED BY job_delayed SET delayed_until = NULL WHERE delayed_until <= ?")
  static let isBusy = Query(
    "SELECT 1 FROM job INDEXED BY job_running WHERE member = ? AND \(JobEvent.release.condition) LIMIT 1")
  /// Whether a lone job runs in this member, or is kept for it.
  static let isReserved = Query(
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
    SELECT id, epoch, attempt, attempts, deaths FROM job
    WHERE member = ? AND \(JobEvent.release.condition) ORDER BY id
    """)
}
