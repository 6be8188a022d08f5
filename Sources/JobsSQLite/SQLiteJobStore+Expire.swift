public import Jobs
internal import Synchronization

extension SQLiteJobStore {
  public func mayExpire(
    _ kind: JobKind, endedBefore end: Timestamp, by rule: ExpiryRule, at reading: ClockReading
  ) async throws(StoreError) -> ExpiryVerdict {
    try await prepareRetention()
    let (oldest, known) = try readers.read("look for what expires") { connection in
      (
        try connection(.endedBefore).first(kind.rawValue, end.milliseconds, 1) {
          Timestamp(milliseconds: $0.integer(1))
        },
        try ExpiryState(of: kind, in: connection)
      )
    }
    let next = known.after(reading, rule, oldest: oldest, end: end)
    if next.state == known { return next.verdict }
    return try await write("note the clock") { transaction in
      // Another member may have noted something since.
      let known = try ExpiryState(of: kind, in: transaction.connection)
      let next = known.after(reading, rule, oldest: oldest, end: end)
      try next.state.save(over: known, of: kind, in: transaction.connection)
      return next.verdict
    }
  }

  @discardableResult
  public func expire(
    _ kind: JobKind, endedBefore end: Timestamp, limit: Int, at now: Timestamp
  ) async throws(StoreError) -> [JobID] {
    try await prepareRetention()
    let isDue = try readers.read("look for what expires") { connection in
      try connection(.endedBefore).first(kind.rawValue, end.milliseconds, 1) { _ in true } ?? false
    }
    guard isDue || mayFold.load(ordering: .relaxed) else { return [] }
    let (ids, folded) = try await write("expire") { transaction in
      let connection = transaction.connection
      let ids = try connection(.endedBefore).rows(kind.rawValue, end.milliseconds, limit) { $0.integer(0) }
      for id in ids { try transaction.bury(id, at: now) }
      return (ids.map(JobID.init(rawValue:)), try transaction.foldTombstones())
    }
    mayFold.store(!ids.isEmpty || folded > 0, ordering: .relaxed)
    return ids
  }

  public func remove(
    _ id: JobID, if condition: ChangeCondition, at now: Timestamp
  ) async throws(StoreError) -> RemoveOutcome {
    let outcome = try await write("remove") { transaction -> RemoveOutcome in
      let connection = transaction.connection
      guard let job = try connection(.jobWithoutInput).first(id.rawValue, decode: JobRow.decode) else {
        return .unknown
      }
      guard job.status.isFinal else { return .notFinal(job) }
      guard condition.holds(at: job.change) else { return .preconditionFailed }
      try connection(.forgetCallback).run(id.rawValue)
      try transaction.bury(id.rawValue, at: now)
      return .removed
    }
    if outcome == .removed { mayFold.store(true, ordering: .relaxed) }
    return outcome
  }

  /// What waits for an operator's confirmation, in order of the kinds' names.
  public func heldExpiries() throws(StoreError) -> [HeldExpiry] {
    try readers.read("look for what waits to expire") { connection in
      try Self.heldEnds(in: connection).sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { kind, end in
        let (count, oldest) =
          try connection(.countEndedBefore).first(kind.rawValue, end.milliseconds) {
            ($0.integer(0), $0.integer(1))
          } ?? (0, 0)
        guard count > 0 else { return nil }
        return HeldExpiry(kind: kind, end: end, count: Int(count), oldest: Timestamp(milliseconds: oldest))
      }
    }
  }

  /// The ends before which jobs of these kinds wait for an operator's confirmation.
  static func heldEnds(in connection: Connection) throws -> [JobKind: Timestamp] {
    let rows = try connection(.heldEnds).rows { row in
      (JobKind(rawValue: row.text(0)), Timestamp(milliseconds: row.integer(1)))
    }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  /// Only a store whose jobs expire pays for this index.
  private func prepareRetention() async throws(StoreError) {
    guard !indexesEnds.isSet else { return }
    try await write("prepare retention") { _ = try $0.connection(.indexEnds).run() }
    indexesEnds.set()
  }
}

extension WriteTransaction {
  /// The job goes, and a tombstone takes its place.
  fileprivate func bury(_ id: Int64, at now: Timestamp) throws {
    try connection(.bury).run(id, counters.nextChange(), now.milliseconds)
    for query in [Query.dropResult, .dropLargeInput, .dropCallback, .dropJob] { try connection(query).run(id) }
  }
}

/// Jobs of a kind that would expire if an operator confirmed it.
public struct HeldExpiry: Hashable, Sendable {
  public var kind: JobKind
  /// They ended before this.
  public var end: Timestamp
  public var count: Int
  public var oldest: Timestamp
}

/// What the store remembers for ``ExpiryRule``: of the clock for all kinds, of the rest for one.
struct ExpiryState: Equatable {
  /// `held` is written anew when it has moved by so much.
  private static let grain: Int64 = 3_600_000

  var trust: ClockTrust?
  /// The end before which jobs wait for an operator's confirmation.
  var held: Timestamp?

  init() {}

  init(of kind: JobKind, in connection: Connection) throws {
    self = try connection(.expiryState).first(kind.rawValue, decode: ExpiryState.init(from:)) ?? ExpiryState()
  }

  /// Boot, since, uptime, wall, held.
  private init(from row: Columns) {
    let boot = row.text(0)
    if !boot.isEmpty {
      trust = ClockTrust(
        since: MonotonicTime(milliseconds: row.integer(1)),
        reference: ClockReading(
          wall: Timestamp(milliseconds: row.integer(3)), uptime: MonotonicTime(milliseconds: row.integer(2)),
          boot: boot))
    }
    held = row.isNull(4) ? nil : Timestamp(milliseconds: row.integer(4))
  }

  func save(over known: ExpiryState, of kind: JobKind, in connection: Connection) throws {
    if trust != known.trust {
      try connection(.saveClock).run(
        trust?.reference.boot ?? "", trust?.since.milliseconds ?? 0, trust?.reference.uptime.milliseconds ?? 0,
        trust?.reference.wall.milliseconds ?? 0)
    }
    if held != known.held { try connection(.saveHeldEnd).run(kind.rawValue, held?.milliseconds) }
  }

  func after(
    _ reading: ClockReading, _ rule: ExpiryRule, oldest: Timestamp?, end: Timestamp
  ) -> (state: ExpiryState, verdict: ExpiryVerdict) {
    var next = self
    let trust = trust?.after(reading) ?? ClockTrust(from: reading)
    next.trust = trust
    let verdict = rule.verdict(oldest: oldest, before: end, under: trust, at: reading)
    if case .waitsForOperator = verdict {
      if held.map({ abs($0.milliseconds - end.milliseconds) >= Self.grain }) ?? true { next.held = end }
    } else {
      // Also while the clock is new: what a wrong one wanted to expire can't be confirmed any more.
      next.held = nil
    }
    return (next, verdict)
  }
}

extension Query {
  static let indexEnds = Query(
    "CREATE INDEX IF NOT EXISTS job_ended_by_kind ON job (kind, finished_at) WHERE finished_at IS NOT NULL")
  static let endedBefore = Query(
    """
    SELECT id, finished_at FROM job INDEXED BY job_ended_by_kind
    WHERE kind = ? AND finished_at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job = job.id)
    ORDER BY finished_at LIMIT ?
    """)
  /// Without the index, which the one who asks may not make.
  static let countEndedBefore = Query(
    """
    SELECT count(*), min(finished_at) FROM job
    WHERE kind = ? AND finished_at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job = job.id)
    """)
  static let expiryState = Query(
    """
    SELECT clock_boot, clock_since, clock_uptime, clock_wall, (SELECT expiry_held FROM kind_state WHERE kind = ?)
    FROM store
    """)
  static let saveClock = Query(
    "UPDATE store SET clock_boot = ?, clock_since = ?, clock_uptime = ?, clock_wall = ?")
  static let heldEnds = Query("SELECT kind, expiry_held FROM kind_state WHERE expiry_held IS NOT NULL")
  static let saveHeldEnd = Query(
    """
    INSERT INTO kind_state (kind, expiry_held) VALUES (?1, ?2)
    ON CONFLICT (kind) DO UPDATE SET expiry_held = ?2
    """)
  static let bury = Query(
    "INSERT INTO tombstone (job, kind, owner, change, expired_at) SELECT id, kind, owner, ?2, ?3 FROM job WHERE id = ?1"
  )
  static let dropResult = Query("DELETE FROM result WHERE job = ?")
  static let dropLargeInput = Query("DELETE FROM large_input WHERE job = ?")
  static let dropCallback = Query("DELETE FROM callback WHERE job = ?")
  static let dropJob = Query("DELETE FROM job WHERE id = ?")
}
