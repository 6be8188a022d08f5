public import Jobs

extension SQLiteJobStore {
  public func renew(
    _ reports: [JobReport], as state: MemberState, at now: Timestamp
  ) async throws(StoreError) -> [Tenure] {
    try await write("renew") { [member] transaction in
      let connection = transaction.connection
      try member.renewLease(as: state, in: transaction)
      var over: [Tenure] = []
      for report in reports {
        let tenure = report.tenure
        try transaction.keepLog(report.log, of: tenure)
        let current = try connection(.standing).first(tenure.id.rawValue, tenure.epoch) { JobRow.progress($0, from: 0) }
        guard let current else {
          over.append(tenure)
          continue
        }
        guard let next = report.progress.map(current.advanced(to:)), next != current else { continue }
        try connection(.advance).run(
          tenure.id.rawValue, next.percent, next.step, next.completed, next.total, transaction.counters.nextChange(),
          now.milliseconds)
      }
      return over
    }
  }
}

extension Query {
  /// The progress of a job under an epoch that still stands.
  static let standing = Query(
    """
    SELECT percent, step, completed, total FROM job
    WHERE id = ? AND epoch = ? AND \(JobEvent.complete.condition)
    """)
  static let advance = Query(
    """
    UPDATE job SET percent = ?2, step = ?3, completed = ?4, total = ?5, change = ?6, updated_at = ?7
    WHERE id = ?1
    """)
}
