public import Jobs

/// The slots of kinds that may have only so many works at once in all members: a row of `slot` for each work, from the
/// claim until the work has returned or its member is dead, whatever becomes of its job meanwhile. Kinds without that
/// limit have no rows.
extension SQLiteJobStore {
  public func free(_ works: [ReturnedWork]) async throws(StoreError) {
    try await write("free") { transaction in
      for work in works {
        if try transaction.freeSlot(of: work.tenure) { transaction.mustRing = true }
        try transaction.keepLog(work.log, of: work.tenure)
      }
    }
  }
}

extension WriteTransaction {
  func holdSlot(for tenure: Tenure, of kind: JobKind, by member: Int64) throws {
    try connection(.holdSlot).run(tenure.id.rawValue, tenure.epoch, kind.rawValue, member)
    mayHaveSlots = true
  }

  /// Whether there was one. Where no work holds any, all ends of a transaction cost one look together.
  @discardableResult
  func freeSlot(of tenure: Tenure) throws -> Bool {
    let mayHaveSlots = try self.mayHaveSlots ?? (connection(.anySlot).first { _ in true } != nil)
    self.mayHaveSlots = mayHaveSlots
    return try mayHaveSlots && connection(.freeSlot).run(tenure.id.rawValue, tenure.epoch) > 0
  }

  /// The member is dead.
  func freeSlots(of member: Int64) throws {
    if try connection(.freeSlotsOfMember).run(member) > 0 { mustRing = true }
  }
}

extension Query {
  static let holdSlot = Query("INSERT INTO slot (job, epoch, kind, member) VALUES (?, ?, ?, ?)")
  static let anySlot = Query("SELECT 1 FROM slot LIMIT 1")
  static let freeSlot = Query("DELETE FROM slot WHERE job = ? AND epoch = ?")
  static let freeSlotsOfMember = Query("DELETE FROM slot INDEXED BY slot_of_member WHERE member = ?")
  /// Those whose member is gone: a process of the version before, which knows no slots, may have reaped it.
  static let freeLostSlots = Query("DELETE FROM slot WHERE member NOT IN (SELECT id FROM member)")
  /// The works of a kind that run: those with slots, and those that a process claimed which gives this kind none.
  static let runningInAll = Query(
    """
    SELECT (
      SELECT count(*) FROM slot INDEXED BY slot_of_kind
      WHERE kind = ?1 AND EXISTS (SELECT 1 FROM member WHERE member.id = slot.member)
    ) + (
      SELECT count(*) FROM job INDEXED BY job_running
      WHERE \(JobEvent.release.condition) AND kind = ?1
        AND NOT EXISTS (SELECT 1 FROM slot WHERE slot.job = job.id AND slot.epoch = job.epoch)
    )
    """)
  /// The lone jobs of a kind that members keep themselves free for.
  static let keptInAll = Query(
    """
    SELECT count(*) FROM job INDEXED BY job_kept
    WHERE member IS NOT NULL AND kind = ? AND \(JobEvent.claim.condition) AND alone = 1
    """)
}
