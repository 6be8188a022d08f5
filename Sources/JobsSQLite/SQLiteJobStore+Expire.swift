public import Jobs

extension SQLiteJobStore {
  @discardableResult
  public func expire(
    endedBefore end: Timestamp, limit: Int, at now: Timestamp
  ) async throws(StoreError) -> [JobID] {
    if !indexesEnds.isSet {
      // Only a store whose jobs expire pays for this index.
      try await write("prepare retention") { _ = try $0.connection(.indexEnds).run() }
      indexesEnds.set()
    }
    let isDue = try readers.read("look for what expires") { connection in
      try connection(.endedBefore).first(end.milliseconds, 1) { _ in true } ?? false
    }
    guard isDue else { return [] }
    return try await write("expire") { transaction in
      let connection = transaction.connection
      let ids = try connection(.endedBefore).rows(end.milliseconds, limit) { $0.integer(0) }
      for id in ids {
        try connection(.bury).run(id, transaction.counters.nextChange(), now.milliseconds)
        for query in [Query.dropResult, .dropLargeInput, .dropCallback, .dropJob] { try connection(query).run(id) }
      }
      return ids.map(JobID.init(rawValue:))
    }
  }
}

extension Query {
  static let indexEnds = Query(
    "CREATE INDEX IF NOT EXISTS job_ended ON job (finished_at) WHERE finished_at IS NOT NULL")
  static let endedBefore = Query(
    """
    SELECT id FROM job INDEXED BY job_ended
    WHERE finished_at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job = job.id)
    ORDER BY finished_at LIMIT ?
    """)
  static let bury = Query(
    "INSERT INTO tombstone (job, kind, owner, change, expired_at) SELECT id, kind, owner, ?2, ?3 FROM job WHERE id = ?1"
  )
  static let dropResult = Query("DELETE FROM result WHERE job = ?")
  static let dropLargeInput = Query("DELETE FROM large_input WHERE job = ?")
  static let dropCallback = Query("DELETE FROM callback WHERE job = ?")
  static let dropJob = Query("DELETE FROM job WHERE id = ?")
}
