public import Jobs

extension SQLiteJobStore {
  @discardableResult
  public func finish(_ ends: [JobEnd], at now: Timestamp) async throws(StoreError) -> [Bool] {
    try await write("finish") { transaction in
      try ends.map { try Self.finish($0, in: transaction, at: now) }
    }
  }

  private static func finish(
    _ end: JobEnd, in transaction: WriteTransaction, at now: Timestamp
  ) throws -> Bool {
    let connection = transaction.connection
    let (id, epoch) = (end.tenure.id.rawValue, end.tenure.epoch)
    // A number that isn't used is given to the next change.
    let change = transaction.counters.newestChange + 1
    let last = end.progress.map { JobProgress().advanced(to: $0) }
    let changed =
      switch end.outcome {
      case .complete:
        try connection(.complete).run(id, epoch, change, now.milliseconds, last?.step, last?.completed, last?.total)
      case .fail(let failure):
        try connection(.fail).run(
          id, epoch, change, now.milliseconds, last?.step, last?.completed, last?.total, last?.percent, failure.code,
          failure.detail)
      case .release: try connection(.release).run(id, epoch, change, now.milliseconds, 1)
      }
    guard changed == 1 else { return false }
    transaction.counters.newestChange = change
    switch end.outcome {
    case .complete(let bytes): try connection(.insertResult).run(id, bytes)
    case .fail: break
    case .release: transaction.counters.queued += 1
    }
    return true
  }

  public func cancel(_ id: JobID, at now: Timestamp) async throws(StoreError) -> CancelOutcome {
    // A final status never changes again, so that the answer needs no write.
    if let outcome = try readers.read("cancel", { try Self.cancelled(id, as: $0) }) { return outcome }
    return try await write("cancel") { transaction in
      if let outcome = try Self.cancelled(id, as: transaction.connection) { return outcome }
      let wasWaiting = try transaction.connection(.isWaiting).first(id.rawValue) { _ in true } ?? false
      let changed = try transaction.connection(.cancel).run(
        id.rawValue, transaction.counters.nextChange(), now.milliseconds)
      guard changed == 1 else {
        throw StoreError(.unusable, operation: "cancel", cause: "job \(id) can't be cancelled, and isn't final")
      }
      if wasWaiting { transaction.counters.queued -= 1 }
      return .cancelled
    }
  }

  /// The outcome of a cancel that changes nothing; `nil` where there is something to cancel.
  private static func cancelled(_ id: JobID, as connection: Connection) throws -> CancelOutcome? {
    guard let status = try connection(.status).first(id.rawValue, decode: { try JobRow.status($0.text(0)) }) else {
      return .unknown
    }
    if status == .cancelled { return .cancelled }
    return status.after(.cancel) == nil ? .alreadyFinished(status) : nil
  }
}

extension Query {
  static let complete = Query(
    """
    UPDATE job SET status = \(JobEvent.complete.target), epoch = epoch + 1, member = NULL, percent = 100, change = ?3,
      updated_at = ?4, finished_at = ?4, step = coalesce(?5, step), completed = coalesce(?6, completed),
      total = coalesce(?7, total)
    WHERE id = ?1 AND epoch = ?2 AND \(JobEvent.complete.condition)
    """)
  static let fail = Query(
    """
    UPDATE job SET status = \(JobEvent.fail.target), epoch = epoch + 1, member = NULL, change = ?3,
      updated_at = ?4, finished_at = ?4, step = coalesce(?5, step), completed = coalesce(?6, completed),
      total = coalesce(?7, total), percent = max(percent, coalesce(?8, 0)), failure_code = ?9, failure_detail = ?10
    WHERE id = ?1 AND epoch = ?2 AND \(JobEvent.fail.condition)
    """)
  /// `?5` is how many attempts are given back: 1 for an attempt that did not count, 0 for one that a death ended.
  static let release = Query(
    """
    UPDATE job SET status = \(JobEvent.release.target), epoch = epoch + 1, member = NULL, change = ?3, updated_at = ?4,
      attempt = attempt - ?5
    WHERE id = ?1 AND epoch = ?2 AND \(JobEvent.release.condition)
    """)
  static let insertResult = Query("INSERT INTO result (job, bytes) VALUES (?, ?)")
  static let status = Query("SELECT status FROM job WHERE id = ?")
  static let isWaiting = Query("SELECT 1 FROM job WHERE id = ? AND \(JobEvent.claim.condition)")
  static let cancel = Query(
    """
    UPDATE job SET status = \(JobEvent.cancel.target), epoch = epoch + 1, member = NULL, change = ?2,
      updated_at = ?3, finished_at = ?3
    WHERE id = ?1 AND \(JobEvent.cancel.condition)
    """)
}
