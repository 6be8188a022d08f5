public import Jobs

extension SQLiteJobStore {
  public func submit(_ job: NewJob, limits: QueueLimits, at now: Timestamp) async throws(StoreError) -> Submission {
    let client = job.client.map { Int64(bitPattern: clients.hash(of: $0)) }
    return try await write("submit") { transaction in
      let connection = transaction.connection
      if let key = job.idempotencyKey {
        let twin = try connection(.keyed).first(job.kind.rawValue, job.owner.name, key) { row in
          let id = JobID(rawValue: row.integer(0))
          let isSame = row.bytes(1) == job.input && (row.isNull(2) ? nil : row.text(2)) == job.callback
          return isSame ? Submission.replayed(id) : .keyReused(id)
        }
        if let twin {
          guard case .replayed(let id) = twin, try !transaction.hasInputFiles(job.files, id) else { return twin }
          return .keyReused(id)
        }
      }
      let size = job.input.count
      if let refusal = try transaction.refusal(of: size, job.kind, from: client, under: limits) {
        return refusal
      }
      if let refusal = try transaction.refusal(ofFilesOf: job) { return refusal }
      guard job.condition.holds(at: transaction.counters.newestChange) else { return .preconditionFailed }
      let id = transaction.counters.nextJob()
      let isLarge = size > Schema.inlineLimit
      try connection(.insertJob).run(
        id, job.kind.rawValue, job.owner.name, transaction.counters.nextChange(), now.milliseconds, job.idempotencyKey,
        isLarge ? nil : job.input, size, client, job.traceParent)
      if isLarge { try connection(.insertLargeInput).run(id, job.input) }
      try transaction.insert(job.files, of: id)
      if let url = job.callback { try connection(.insertCallback).run(id, url) }
      try transaction.enqueued(size, of: job.kind, from: client)
      return .accepted(JobID(rawValue: id))
    }
  }
}

extension Query {
  static let keyed = Query(
    """
    SELECT id, \(JobRow.input), (SELECT url FROM callback WHERE callback.job = job.id)
    FROM job WHERE kind = ? AND owner = ? AND idempotency_key = ?
    """)
  static let insertJob = Query(
    """
    INSERT INTO job (id, kind, owner, status, change, created_at, updated_at, idempotency_key, input, size, client,
      trace_parent)
    VALUES (?1, ?2, ?3, '\(JobStatus.started.rawValue)', ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10)
    """)
  static let insertLargeInput = Query("INSERT INTO large_input (job, bytes) VALUES (?, ?)")
  static let insertCallback = Query("INSERT INTO callback (job, url) VALUES (?, ?)")
}
