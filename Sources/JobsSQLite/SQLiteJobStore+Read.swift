public import Jobs

extension SQLiteJobStore {
  public func read(_ id: JobID, withInput: Bool) async throws(StoreError) -> Job? {
    try readers.read("read") { connection in
      try connection(withInput ? .job : .jobWithoutInput).first(id.rawValue, decode: JobRow.decode)
    }
  }

  public func result(of id: JobID) async throws(StoreError) -> [UInt8]? {
    try readers.read("read result") { connection in
      try connection(.result).first(id.rawValue) { $0.bytes(0) }
    }
  }

  public func resultSize(of id: JobID) async throws(StoreError) -> Int? {
    try readers.read("read result") { connection in
      try connection(.resultSize).first(id.rawValue) { Int($0.integer(0)) }
    }
  }

  public func tombstone(of id: JobID) async throws(StoreError) -> Tombstone? {
    try readers.read("read tombstone") { connection in
      // Another member may put it into a range between the two.
      try connection(.tombstone).first(id.rawValue, decode: JobRow.tombstone)
        ?? connection(.tombstoneInRange).first(id.rawValue, decode: JobRow.tombstone)
    }
  }

  public func counts() async throws(StoreError) -> JobCounts {
    let (counters, folded) = try readers.read("read counts") { connection in
      try connection(.counts).first { (Counters(from: $0), $0.integer(6)) } ?? (Counters(), 0)
    }
    return JobCounts(
      newestChange: counters.newestChange, queued: Int(counters.queued), ended: Int(counters.ended),
      foldedChange: folded)
  }

  public func news(after change: Int64, of scope: JobScope?, limit: Int) async throws(StoreError) -> JobNews {
    try readers.read("read news") { connection in
      var through = change
      let looks = try connection(.news).rows(change, max(0, limit)) { row -> JobNews.Item? in
        through = JobRow.change(row)
        if let scope, !JobRow.belongs(row, to: scope) { return nil }
        return row.isNull(3) ? .expired(JobRow.tombstone(row)) : .job(try JobRow.decode(row))
      }
      return JobNews(items: looks.compactMap { $0 }, through: through, isCut: looks.count == limit)
    }
  }

  /// Where the store can't be read either (another program has overwritten its files), that is the fault, and no members
  /// are known.
  public func health() async throws(StoreError) -> StoreHealth {
    let rows: [MemberRow]
    let queued: Int64
    let callbacks: Int64
    let held: [JobKind: Timestamp]
    do throws(StoreError) {
      (rows, queued, callbacks, held) = try readers.read("health") { connection in
        (
          try connection(.members).rows(decode: MemberRow.init(from:)),
          try connection(.counters).first { Counters(from: $0).queued } ?? 0,
          try connection(.unsettledCallbacks).first { $0.integer(0) } ?? 0,
          try Self.heldEnds(in: connection)
        )
      }
    } catch {
      if error.code == .closed { throw error }
      let fault = writeFault ?? StoreHealth.Fault(cause: error.cause)
      return StoreHealth(engine: Connection.engine, fault: fault, queued: 0, members: [])
    }
    let living = rows.filter { $0.id == member.id || !$0.isDead(in: files) }
    return StoreHealth(
      engine: Connection.engine, fault: writeFault, queued: Int(queued),
      members: living.map {
        .init(pid: $0.pid, startedAt: $0.startedAt, running: $0.running, state: $0.state, settings: $0.settings)
      }, callbacks: Int(callbacks), heldExpiries: held)
  }
}

extension Query {
  static let counts = Query(
    "SELECT newest_job, newest_member, newest_change, queued, ended, queued_bytes, folded_change FROM store")
  static let job = Query("SELECT \(JobRow.columns) FROM job WHERE id = ?")
  static let jobWithoutInput = Query("SELECT \(JobRow.columnsWithoutInput) FROM job WHERE id = ?")
  static let result = Query("SELECT bytes FROM result WHERE job = ?")
  /// SQLite reads no bytes of a blob for its length.
  static let resultSize = Query("SELECT length(bytes) FROM result WHERE job = ?")
  static let tombstone = Query("SELECT \(JobRow.columnsOfTombstone) FROM tombstone WHERE job = ?")
  static let news = Query(
    """
    SELECT \(JobRow.columnsWithoutInput) FROM job WHERE change > ?1
    UNION ALL SELECT \(JobRow.columnsOfTombstone) FROM tombstone INDEXED BY tombstone_changed WHERE change > ?1
    ORDER BY change LIMIT ?2
    """)
}
