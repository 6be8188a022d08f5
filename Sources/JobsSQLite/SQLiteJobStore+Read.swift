public import Jobs

extension SQLiteJobStore {
  public func read(_ id: JobID) async throws(StoreError) -> Job? {
    try readers.read("read") { connection in
      try connection(.job).first(id.rawValue, decode: JobRow.decode)
    }
  }

  public func result(of id: JobID) async throws(StoreError) -> [UInt8]? {
    try readers.read("read result") { connection in
      try connection(.result).first(id.rawValue) { $0.bytes(0) }
    }
  }

  public func newestChange() async throws(StoreError) -> Int64 {
    try readers.read("read newest change") { connection in
      try connection(.newestChange).first { $0.integer(0) } ?? 0
    }
  }

  public func changes(after change: Int64, limit: Int) async throws(StoreError) -> [JobChange] {
    try readers.read("read changes") { connection in
      try connection(.changes).rows(change, max(0, limit)) { row in
        JobChange(
          id: JobID(rawValue: row.integer(0)), change: row.integer(1), status: try JobRow.status(row.text(2)))
      }
    }
  }

  public func health() async throws(StoreError) -> StoreHealth {
    let (rows, queued) = try readers.read("health") { connection in
      (
        try connection(.members).rows(decode: MemberRow.init(from:)),
        try connection(.counters).first { Counters(from: $0).queued } ?? 0
      )
    }
    let living = rows.filter { $0.id == member.id || !$0.isDead(in: files) }
    return StoreHealth(
      engine: Connection.engine, canWrite: lastWriteFailure == nil, queued: Int(queued),
      members: living.map { .init(pid: $0.pid, startedAt: $0.startedAt, running: $0.running) })
  }
}

extension Query {
  static let job = Query("SELECT \(JobRow.columns) FROM job WHERE id = ?")
  static let result = Query("SELECT bytes FROM result WHERE job = ?")
  static let newestChange = Query("SELECT newest_change FROM store")
  static let changes = Query("SELECT id, change, status FROM job WHERE change > ? ORDER BY change LIMIT ?")
}
