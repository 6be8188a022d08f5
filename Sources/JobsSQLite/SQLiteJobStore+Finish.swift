public import Jobs

extension SQLiteJobStore {
  @discardableResult
  public func finish(_ ends: [JobEnd], at now: Timestamp) async throws(StoreError) -> [Bool] {
    try await write("finish") { transaction in
      try ends.map { end in
        // Also where the end comes too late: the work has returned all the same.
        if end.hasReturned { try transaction.freeSlot(of: end.tenure) }
        try transaction.keepLog(end.log, of: end.tenure)
        return try Self.finish(end, in: transaction, at: now)
      }
    }
  }

  private static func finish(_ end: JobEnd, in transaction: WriteTransaction, at now: Timestamp) throws -> Bool {
    let write = AttemptWrite(transaction, end.tenure, end.progress, at: now)
    switch end.outcome {
    case .complete(let bytes): return try write.complete(with: bytes, end.files)
    case .fail(let failure): return try write.fail(by: failure)
    case .release: return try write.count().map { try write.wait($0.givenBack) } ?? false
    case .postpone(let pause):
      let due = transaction.clock.advanced(by: pause)
      return try write.count().map { try write.wait($0.givenBack, until: due) } ?? false
    case .retry(let pause):
      return try write.count().map { try write.wait($0, until: transaction.clock.advanced(by: pause)) } ?? false
    }
  }

  /// Lets the jobs of these claims wait again, without charge. The claims were committed, and the runner was never told of them.
  static func giveBack(_ tenures: [Tenure], in transaction: WriteTransaction) throws {
    for tenure in tenures {
      try transaction.freeSlot(of: tenure)
      _ = try finish(JobEnd(tenure: tenure, outcome: .release), in: transaction, at: .now)
    }
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
      try Self.cancel(id.rawValue, in: transaction, at: now)
      return .cancelled
    }
  }

  /// Cancels a job that isn't final.
  static func cancel(_ id: Int64, in transaction: WriteTransaction, at now: Timestamp) throws {
    let waiting = try transaction.partOfQueue(id)
    let change = transaction.counters.nextChange()
    let changed = try transaction.connection(.cancel).run(id, change, now.milliseconds)
    guard changed == 1 else {
      throw StoreError(.unusable, operation: "cancel", cause: "job \(id) can't be cancelled, and isn't final")
    }
    if let waiting {
      try transaction.dequeued(1, bytes: waiting.bytes, of: waiting.kind)
    } else {
      transaction.stopsWork = true
    }
    try transaction.noteEnd(of: id, as: .cancelled, change: change)
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

/// The end of one attempt, if its epoch stands; every function says whether it does.
struct AttemptWrite {
  private let transaction: WriteTransaction
  private let tenure: Tenure
  /// The last report, if there is one.
  private let last: JobProgress?
  private let now: Timestamp

  init(_ transaction: WriteTransaction, _ tenure: Tenure, _ last: JobProgress? = nil, at now: Timestamp) {
    self.transaction = transaction
    self.tenure = tenure
    self.last = last.map(JobProgress().advanced(to:))
    self.now = now
  }

  /// Of the attempt that ends; `nil` where its epoch is over.
  func count() throws -> AttemptCount? {
    try transaction.connection(.attemptCount).first(tenure.id.rawValue, tenure.epoch) {
      AttemptCount(attempt: Int($0.integer(0)), attempts: Int($0.integer(1)), deaths: Int($0.integer(2)))
    }
  }

  func complete(with bytes: [UInt8], _ files: [JobFile]) throws -> Bool {
    guard try run(.complete) else { return false }
    try transaction.insert(files, of: tenure.id.rawValue)
    try transaction.connection(.insertResult).run(tenure.id.rawValue, bytes)
    try noteEnd(as: .complete)
    return true
  }

  /// Where a death is the cause, `deaths` is the new number.
  func fail(by failure: JobFailure, deaths: Int? = nil) throws -> Bool {
    guard try run(.fail, failure.code, failure.detail, deaths, failure.pointer) else { return false }
    try noteEnd(as: .failed)
    return true
  }

  /// The job waits again.
  func wait(_ count: AttemptCount, until due: MonotonicTime? = nil) throws -> Bool {
    guard try run(.release, count.attempt, count.deaths, due?.milliseconds, count.isAlone ? 1 : 0) else { return false }
    if let waiting = try transaction.partOfQueue(tenure.id.rawValue) {
      try transaction.dequeued(-1, bytes: -waiting.bytes, of: waiting.kind)
    }
    return true
  }

  private func run<each More: Bindable>(_ query: Query, _ more: repeat each More) throws -> Bool {
    // A number that isn't used is given to the next change.
    let change = transaction.counters.newestChange + 1
    let changed = try transaction.connection(query).run(
      tenure.id.rawValue, tenure.epoch, change, now.milliseconds, last?.step, last?.completed, last?.total,
      last?.percent, repeat each more)
    guard changed == 1 else { return false }
    transaction.counters.newestChange = change
    return true
  }

  private func noteEnd(as status: JobStatus) throws {
    try transaction.noteEnd(of: tenure.id.rawValue, as: status, change: transaction.counters.newestChange)
  }
}

extension WriteTransaction {
  /// What belongs to every way into a final status: it is counted, and whoever asked for it will be told.
  fileprivate func noteEnd(of id: Int64, as status: JobStatus, change: Int64) throws {
    counters.ended += 1
    // Costs a third of what RETURNING does.
    let kind = try connection(.kind).first(id) { JobKind(rawValue: $0.text(0)) }
    if let kind { ended.count(kind, status) }
    try connection(.oweCallback).run(id, change, clock.milliseconds)
  }
}

extension Query {
  static let complete = end(by: .complete, "finished_at = ?4, client = NULL")
  static let fail = end(
    by: .fail,
    """
    finished_at = ?4, client = NULL, failure_code = ?9, failure_detail = ?10, deaths = coalesce(?11, deaths),
      failure_pointer = ?12
    """)
  static let release = end(by: .release, "attempt = ?9, deaths = ?10, delayed_until = ?11, alone = ?12")
  static let attemptCount = Query(
    """
    SELECT attempt, attempts, deaths FROM job WHERE id = ? AND epoch = ? AND \(JobEvent.release.condition)
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
  static let kind = Query("SELECT kind FROM job WHERE id = ?")
  static let cancel = Query(
    """
    UPDATE job SET status = \(JobEvent.cancel.target), epoch = epoch + 1, member = NULL, change = ?2,
      updated_at = ?3, finished_at = ?3, delayed_until = NULL, client = NULL
    WHERE id = ?1 AND \(JobEvent.cancel.condition)
    """)
}
