public import Jobs

extension SQLiteJobStore: CallbackOutbox {
  public func claimCallbacks(_ room: CallbackRoom, lease: Duration) async throws(StoreError) -> CallbackClaim {
    try await write("claim callbacks") { [member] transaction in
      let connection = transaction.connection
      let due = try DueCallbacks(for: room, at: transaction.clock, in: connection)
      let later = transaction.clock.advanced(by: room.pause).milliseconds
      for row in due.toPostpone { try connection(.postponeCallback).run(row.job, later) }
      let deliveries = try due.toClaim.compactMap { row -> CallbackDelivery? in
        guard let job = try connection(.job).first(row.job, decode: JobRow.decode) else {
          // A version that knew no callbacks let it expire. Nobody can be told any more, and the others are to be.
          try connection(.forgetCallback).run(row.job)
          return nil
        }
        try connection(.leaseCallback).run(
          row.job, row.attempt, transaction.clock.advanced(by: lease).milliseconds, member.id)
        return CallbackDelivery(message: row.message, url: row.url, attempt: Int(row.attempt), job: job)
      }
      return CallbackClaim(deliveries: deliveries, postponed: due.toPostpone.count)
    }
  }

  @discardableResult
  public func settle(_ delivery: CallbackDelivery, as outcome: CallbackOutcome) async throws(StoreError) -> Bool {
    try await write("settle callback") { transaction in
      let (id, attempt) = (delivery.job.id.rawValue, delivery.attempt)
      switch outcome {
      case .settled:
        return try transaction.connection(.settleCallback).run(id, attempt) == 1
      case .retry(let pause):
        let dueAt = transaction.clock.advanced(by: pause).milliseconds
        guard try transaction.connection(.delayCallback).run(id, attempt, dueAt) == 1 else { return false }
        if pause <= .zero { transaction.mustRing = true }
        return true
      }
    }
  }

  public func hasDueCallbacks(for room: CallbackRoom) async throws(StoreError) -> Bool {
    try readers.read("look for due callbacks") { connection in
      let due = try DueCallbacks(for: room, at: .now, in: connection)
      return !due.toClaim.isEmpty || !due.toPostpone.isEmpty
    }
  }

  /// Drops up to `limit` messages, oldest jobs first, as though they had been settled. Returns how many. Their jobs expire
  /// as any others.
  public func dropCallbacks(limit: Int) async throws(StoreError) -> Int {
    try await write("drop callbacks") { try $0.connection(.dropCallbacks).run(limit) }
  }

  public func unsettledCallbacks() async throws(StoreError) -> Int {
    try readers.read("count callbacks") { connection in
      Int(try connection(.unsettledCallbacks).first { $0.integer(0) } ?? 0)
    }
  }
}

/// The messages that are due and looked at.
private struct DueCallbacks {
  typealias Row = (job: Int64, message: String, attempt: Int64, url: String)

  var toClaim: [Row] = []
  /// Those that others may stand behind.
  var toPostpone: [Row] = []

  init(for room: CallbackRoom, at now: MonotonicTime, in connection: Connection) throws {
    guard room.left > 0 else { return }
    var room = room
    let rows = try connection(.dueCallbacks).rows(now.milliseconds, CallbackRoom.window) { row in
      (job: row.integer(0), message: row.text(1), attempt: row.integer(2) + 1, url: row.text(3))
    }
    for row in rows where room.left > 0 {
      if room.take(row.url) { toClaim.append(row) } else { toPostpone.append(row) }
    }
    if room.left == 0 || rows.count < CallbackRoom.window { toPostpone = [] }
  }
}

extension WriteTransaction {
  /// Whoever leaves or dies sends nothing more: its siblings do, at once.
  func releaseCallbacks(of member: Int64) throws {
    if try connection(.releaseCallbacks).run(member, clock.milliseconds) > 0 { mustRing = true }
  }
}

extension Query {
  /// Nothing for a job without a callback, which this costs one search of a key.
  static let oweCallback = Query(
    """
    INSERT INTO outbox (job, message, attempt, due_at)
    SELECT job, (SELECT name FROM store) || '-' || ?2, 0, ?3 FROM callback WHERE job = ?1
    """)
  static let dueCallbacks = Query(
    """
    SELECT outbox.job, message, attempt, url FROM outbox INDEXED BY outbox_due
    JOIN callback ON callback.job = outbox.job
    WHERE due_at <= ? ORDER BY due_at LIMIT ?
    """)
  static let postponeCallback = Query("UPDATE outbox SET due_at = ?2 WHERE job = ?1")
  static let leaseCallback = Query("UPDATE outbox SET attempt = ?2, due_at = ?3, member = ?4 WHERE job = ?1")
  static let forgetCallback = Query("DELETE FROM outbox WHERE job = ?")
  static let settleCallback = Query("DELETE FROM outbox WHERE job = ? AND attempt = ?")
  static let delayCallback = Query(
    "UPDATE outbox SET due_at = ?3, member = NULL WHERE job = ?1 AND attempt = ?2")
  static let releaseCallbacks = Query(
    "UPDATE outbox INDEXED BY outbox_leased SET due_at = ?2, member = NULL WHERE member = ?1")
  static let wakeCallbacks = Query("UPDATE outbox SET due_at = 0, member = NULL")
  static let dropCallbacks = Query("DELETE FROM outbox WHERE job IN (SELECT job FROM outbox ORDER BY job LIMIT ?)")
  static let unsettledCallbacks = Query("SELECT count(*) FROM outbox")
}
