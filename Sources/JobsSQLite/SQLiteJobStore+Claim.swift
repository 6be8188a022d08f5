public import Jobs

extension SQLiteJobStore {
  public func claim(_ room: Int, of kinds: Set<JobKind>, at now: Timestamp) async throws(StoreError) -> [Claim] {
    try await write("claim") { [member] transaction in
      let connection = transaction.connection
      try member.renewLease(in: transaction)
      var claims: [Claim] = []
      for kind in kinds where room > 0 {
        claims += try connection(.waiting).rows(kind.rawValue, room) { row in
          Claim(
            tenure: Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1) + 1), kind: kind,
            input: row.bytes(3), attempt: Int(row.integer(2)) + 1)
        }
      }
      if kinds.count > 1 { claims = Array(claims.sorted { $0.tenure.id < $1.tenure.id }.prefix(max(0, room))) }
      for claim in claims {
        try connection(.claim).run(
          claim.tenure.id.rawValue, claim.tenure.epoch, claim.attempt, member.id, transaction.counters.nextChange(),
          now.milliseconds)
      }
      transaction.counters.queued -= Int64(claims.count)
      return claims
    }
  }

  public func hasWaiting(of kinds: Set<JobKind>) async throws(StoreError) -> Bool {
    try readers.read("look for waiting jobs") { connection in
      try kinds.contains { kind in try connection(.hasWaiting).first(kind.rawValue) { _ in true } ?? false }
    }
  }

  public func tenures() async throws(StoreError) -> [Tenure] {
    try readers.read("read tenures") { connection in
      try connection(.runningJobs).rows(member.id) { row in
        Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1))
      }
    }
  }
}

extension Query {
  // The index is named because without statistics the planner may prefer the one of the lists, whose rows of that kind
  // are all jobs there ever were.
  static let waiting = Query(
    """
    SELECT id, epoch, attempt, \(JobRow.input) FROM job INDEXED BY job_waiting
    WHERE kind = ? AND \(JobEvent.claim.condition) ORDER BY id LIMIT ?
    """)
  static let hasWaiting = Query(
    "SELECT 1 FROM job INDEXED BY job_waiting WHERE kind = ? AND \(JobEvent.claim.condition) LIMIT 1")
  static let claim = Query(
    """
    UPDATE job SET status = \(JobEvent.claim.target), epoch = ?2, attempt = ?3, member = ?4, change = ?5,
      started_at = coalesce(started_at, ?6), updated_at = ?6, step = NULL, completed = 0, total = 0
    WHERE id = ?1
    """)
  static let runningJobs = Query(
    "SELECT id, epoch, attempt FROM job WHERE member = ? AND \(JobEvent.release.condition) ORDER BY id")
}
