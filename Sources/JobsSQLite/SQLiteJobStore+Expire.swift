public import Jobs
internal import Synchronization

extension SQLiteJobStore {
  public func mayExpire(
    endedBefore end: Timestamp, by rule: ExpiryRule, at reading: ClockReading
  ) async throws(StoreError) -> ExpiryVerdict {
    try await prepareRetention()
    let (oldest, known) = try readers.read("look for what expires") { connection in
      (
        try connection(.endedBefore).first(end.milliseconds, 1) { Timestamp(milliseconds: $0.integer(1)) },
        try connection(.expiryState).first(decode: ExpiryState.init(from:)) ?? ExpiryState()
      )
    }
    let next = known.after(reading, rule, oldest: oldest, end: end)
    if next.state == known { return next.verdict }
    return try await write("note the clock") { transaction in
      // Another member may have noted something since.
      let known = try transaction.connection(.expiryState).first(decode: ExpiryState.init(from:)) ?? ExpiryState()
      let next = known.after(reading, rule, oldest: oldest, end: end)
      let trust = next.state.trust
      try transaction.connection(.saveExpiryState).run(
        trust?.reference.boot ?? "", trust?.since.milliseconds ?? 0, trust?.reference.uptime.milliseconds ?? 0,
        trust?.reference.wall.milliseconds ?? 0, next.state.held?.milliseconds)
      return next.verdict
    }
  }

  @discardableResult
  public func expire(
    endedBefore end: Timestamp, limit: Int, at now: Timestamp
  ) async throws(StoreError) -> [JobID] {
    try await prepareRetention()
    let isDue = try readers.read("look for what expires") { connection in
      try connection(.endedBefore).first(end.milliseconds, 1) { _ in true } ?? false
    }
    guard isDue || mayFold.load(ordering: .relaxed) else { return [] }
    let (ids, folded) = try await write("expire") { transaction in
      let connection = transaction.connection
      let ids = try connection(.endedBefore).rows(end.milliseconds, limit) { $0.integer(0) }
      for id in ids {
        try connection(.bury).run(id, transaction.counters.nextChange(), now.milliseconds)
        for query in [Query.dropResult, .dropLargeInput, .dropCallback, .dropJob] { try connection(query).run(id) }
      }
      return (ids.map(JobID.init(rawValue:)), try transaction.foldTombstones())
    }
    mayFold.store(!ids.isEmpty || folded > 0, ordering: .relaxed)
    return ids
  }

  /// What an operator is waited for to confirm: the end before which jobs would expire, how many, and the oldest end.
  public func heldExpiry() throws(StoreError) -> HeldExpiry? {
    try readers.read("look for what waits to expire") { connection in
      guard let end = try connection(.expiryState).first(decode: ExpiryState.init(from:))?.held else { return nil }
      let (count, oldest) =
        try connection(.countEndedBefore).first(end.milliseconds) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
      guard count > 0 else { return nil }
      return HeldExpiry(end: end, count: Int(count), oldest: Timestamp(milliseconds: oldest))
    }
  }

  /// Only a store whose jobs expire pays for this index.
  private func prepareRetention() async throws(StoreError) {
    guard !indexesEnds.isSet else { return }
    try await write("prepare retention") { _ = try $0.connection(.indexEnds).run() }
    indexesEnds.set()
  }
}

/// Jobs that would expire if an operator confirmed it.
public struct HeldExpiry: Hashable, Sendable {
  /// They ended before this.
  public var end: Timestamp
  public var count: Int
  public var oldest: Timestamp
}

/// What the store remembers for ``ExpiryRule``.
struct ExpiryState: Equatable {
  /// `held` is written anew when it has moved by so much.
  private static let grain: Int64 = 3_600_000

  var trust: ClockTrust?
  /// The end before which jobs wait for an operator's confirmation.
  var held: Timestamp?

  init() {}

  /// Boot, since, uptime, wall, held.
  init(from row: Columns) {
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
    "CREATE INDEX IF NOT EXISTS job_ended ON job (finished_at) WHERE finished_at IS NOT NULL")
  static let endedBefore = Query(
    """
    SELECT id, finished_at FROM job INDEXED BY job_ended
    WHERE finished_at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job = job.id)
    ORDER BY finished_at LIMIT ?
    """)
  /// Without the index, which the one who asks may not make.
  static let countEndedBefore = Query(
    """
    SELECT count(*), min(finished_at) FROM job
    WHERE finished_at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job = job.id)
    """)
  static let expiryState = Query("SELECT clock_boot, clock_since, clock_uptime, clock_wall, expiry_held FROM store")
  static let saveExpiryState = Query(
    "UPDATE store SET clock_boot = ?, clock_since = ?, clock_uptime = ?, clock_wall = ?, expiry_held = ?")
  static let bury = Query(
    "INSERT INTO tombstone (job, kind, owner, change, expired_at) SELECT id, kind, owner, ?2, ?3 FROM job WHERE id = ?1"
  )
  static let dropResult = Query("DELETE FROM result WHERE job = ?")
  static let dropLargeInput = Query("DELETE FROM large_input WHERE job = ?")
  static let dropCallback = Query("DELETE FROM callback WHERE job = ?")
  static let dropJob = Query("DELETE FROM job WHERE id = ?")
}
