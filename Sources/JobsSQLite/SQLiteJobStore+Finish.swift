public import Jobs

extension SQLiteJobStore {
  @discardableResult
  public func finish(_ ends: [JobEnd], at now: Timestamp) async throws(StoreError) -> [Bool] {
    try await write("finish") { transaction in
      try ends.map { try Self.finish($0, in: transaction, at: now) }
    }
  }

  /// What makes an attempt end.
  enum Cause {
    /// The member that has it says so; a release gives the attempt back.
    case member
    /// The member died, which costs the attempt.
    case death
    /// The member died, and the last attempt is not counted, for others may have been the cause.
    case deathInCompany

    fileprivate var deaths: Int { self == .member ? 0 : 1 }
    fileprivate var refund: Int { self == .death ? 0 : 1 }
  }

  /// Ends an attempt, if its epoch stands.
  static func finish(
    _ end: JobEnd, by cause: Cause = .member, in transaction: WriteTransaction, at now: Timestamp
  ) throws -> Bool {
    let connection = transaction.connection
    let (id, epoch, last) = (end.tenure.id.rawValue, end.tenure.epoch, end.progress.map(JobProgress().advanced(to:)))
    // A number that isn't used is given to the next change.
    let change = transaction.counters.newestChange + 1
    func run<each More: Bindable>(_ query: Query, _ more: repeat each More) throws -> Bool {
      try connection(query).run(
        id, epoch, change, now.milliseconds, last?.step, last?.completed, last?.total, last?.percent,
        repeat each more) == 1
    }
    switch end.outcome {
    case .complete(let bytes):
      guard try run(.complete) else { return false }
      try connection(.insertResult).run(id, bytes)
      try transaction.noteEnd(of: id, as: .complete, change: change)
    case .fail(let failure):
      guard try run(.fail, failure.code, failure.detail, cause.deaths) else { return false }
      try transaction.noteEnd(of: id, as: .failed, change: change)
    case .release:
      guard try run(.release, cause.refund, cause.deaths, Int64?.none) else { return false }
      try transaction.waitsAgain(id)
    case .retry(let pause):
      guard try run(.release, 0, 0, transaction.clock.advanced(by: pause).milliseconds) else { return false }
      try transaction.waitsAgain(id)
    }
    transaction.counters.newestChange = change
    return true
  }

  public func cancel(
    _ id: JobID, if condition: ChangeCondition, at now: Timestamp
  ) async throws(StoreError) -> CancelOutcome {
    // Where nothing is to be done, that is known without a write.
    if let outcome = try readers.read("cancel", { try Self.outcome(of: id, if: condition, in: $0) }) {
      if case .cancelled = outcome { try vouchForFiles() }
      return outcome
    }
    return try await write("cancel") { transaction in
      if let outcome = try Self.outcome(of: id, if: condition, in: transaction.connection) { return outcome }
      let size = try transaction.connection(.sizeOfWaiting).first(id.rawValue) { $0.integer(0) }
      let change = transaction.counters.nextChange()
      let changed = try transaction.connection(.cancel).run(id.rawValue, change, now.milliseconds)
      guard changed == 1 else {
        throw StoreError(.unusable, operation: "cancel", cause: "job \(id) can't be cancelled, and isn't final")
      }
      if let size { transaction.dequeued(1, bytes: size) }
      try transaction.noteEnd(of: id.rawValue, as: .cancelled, change: change)
      return .cancelled
    }
  }

  /// The outcome of a cancel that changes nothing; `nil` where there is something to cancel.
  private static func outcome(
    of id: JobID, if condition: ChangeCondition, in connection: Connection
  ) throws -> CancelOutcome? {
    let found = try connection(.status).first(id.rawValue) { (try JobRow.status($0.text(0)), change: $0.integer(1)) }
    guard let (status, change) = found else { return .unknown }
    if status == .cancelled { return .cancelled }
    if status.after(.cancel) == nil { return .alreadyFinished(status) }
    return condition.holds(at: change) ? nil : .preconditionFailed
  }
}

extension WriteTransaction {
  /// A job that has just been given back.
  fileprivate func waitsAgain(_ id: Int64) throws {
    dequeued(-1, bytes: try connection(.sizeOfWaiting).first(id) { -$0.integer(0) } ?? 0)
  }

  /// What belongs to every way into a final status: it is counted, and whoever asked for it will be told.
  fileprivate func noteEnd(of id: Int64, as status: JobStatus, change: Int64) throws {
    counters.ended += 1
    ended.count(status)
    try connection(.oweCallback).run(id, change, clock.milliseconds)
  }
}

extension Query {
  static let complete = end(by: .complete, "finished_at = ?4, client = NULL")
  static let fail = end(
    by: .fail, "finished_at = ?4, client = NULL, failure_code = ?9, failure_detail = ?10, deaths = deaths + ?11")
  /// A job that had a member die under it has its last attempt alone.
  static let release = end(
    by: .release,
    """
    attempt = attempt - ?9, deaths = deaths + ?10, delayed_until = ?11,
      alone = (deaths + ?10 > 0 AND attempts - (attempt - ?9) <= 1)
    """)

  /// With the last report, if there is one.
  private static func end(by event: JobEvent, _ more: String) -> Query {
    let floor = event == .complete ? "100" : "percent"
    return Query(
      """
      UPDATE job SET status = \(event.target), epoch = epoch + 1, member = NULL, change = ?3, updated_at = ?4,
        step = coalesce(?5, step), completed = coalesce(?6, completed), total = coalesce(?7, total),
        percent = max(\(floor), coalesce(?8, 0)), \(more)
      WHERE id = ?1 AND epoch = ?2 AND \(event.condition)
      """)
  }

  static let insertResult = Query("INSERT INTO result (job, bytes) VALUES (?, ?)")
  static let status = Query("SELECT status, change FROM job WHERE id = ?")
  static let cancel = Query(
    """
    UPDATE job SET status = \(JobEvent.cancel.target), epoch = epoch + 1, member = NULL, change = ?2,
      updated_at = ?3, finished_at = ?3, delayed_until = NULL, client = NULL
    WHERE id = ?1 AND \(JobEvent.cancel.condition)
    """)
}
