public import Jobs

/// The slots of kinds that may have only so many works at once in all members, or one attempt of a job at a time: a row of
/// `slot` for each work, from the claim until the work has returned or its member is dead, whatever becomes of its job
/// meanwhile. One with a process stays after the death, until that process is known to have ended. Other kinds have no
/// rows.
extension SQLiteJobStore {
  public func free(_ works: [ReturnedWork]) async throws(StoreError) {
    try await write("free") { transaction in
      for work in works {
        if try transaction.freeSlot(of: work.tenure) { transaction.mustRing = true }
        try transaction.keepLog(work.log, of: work.tenure)
      }
    }
  }

  public func record(_ process: WorkProcess, of tenure: Tenure) async throws(StoreError) -> Bool {
    try await write("record process") { [member] transaction in
      try transaction.connection(.recordProcess).run(
        tenure.id.rawValue, tenure.epoch, member.id, process.description) == 1
    }
  }

  public func orphans() async throws(StoreError) -> [Orphan] {
    try readers.read("look for orphans") { connection in
      try connection(.orphans).rows(member.id, MonotonicTime.now.milliseconds) { row -> Orphan? in
        // A text of a later version is left to members of that version.
        WorkProcess(row.text(3)).map { process in
          Orphan(
            tenure: Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1)),
            kind: JobKind(rawValue: row.text(2)), process: process)
        }
      }.compactMap(\.self)
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

  /// Frees the slots whose member is gone, those excepted whose process may live. A process of the version before, which
  /// knows no slots, may have reaped the member.
  func freeLostSlots() throws {
    let lost = try connection(.lostSlots).rows { row in
      (
        tenure: Tenure(id: JobID(rawValue: row.integer(0)), epoch: row.integer(1)),
        mayLive: !row.isNull(2) && WorkProcess(row.text(2))?.isOfEarlierBoot != true
      )
    }
    for slot in lost where !slot.mayLive {
      if try freeSlot(of: slot.tenure) { mustRing = true }
    }
  }
}

extension Query {
  static let holdSlot = Query("INSERT INTO slot (job, epoch, kind, member) VALUES (?, ?, ?, ?)")
  static let anySlot = Query("SELECT 1 FROM slot LIMIT 1")
  static let freeSlot = Query("DELETE FROM slot WHERE job = ? AND epoch = ?")
  static let lostSlots = Query("SELECT job, epoch, process FROM slot WHERE member NOT IN (SELECT id FROM member)")
  static let recordProcess = Query(
    """
    UPDATE slot SET process = ?4 WHERE job = ?1 AND epoch = ?2 AND member = ?3
      AND EXISTS (SELECT 1 FROM job WHERE id = ?1 AND epoch = ?2 AND \(JobEvent.release.condition))
    """)
  static let orphans = Query(
    """
    SELECT slot.job, slot.epoch, slot.kind, slot.process
    FROM slot INDEXED BY slot_with_process LEFT JOIN member ON member.id = slot.member
    WHERE process IS NOT NULL AND slot.member <> ?1 AND (
      member.id IS NULL OR member.lease_until <= ?2 AND NOT EXISTS (
        SELECT 1 FROM job WHERE job.id = slot.job AND job.epoch = slot.epoch AND \(JobEvent.release.condition)))
    """)
  /// The condition of a job that waits, and for which no attempt holds a slot at the time of the third argument.
  static let hasNoSlot = """
    NOT EXISTS (
      SELECT 1 FROM slot WHERE slot.job = job.id AND (
        process IS NOT NULL
        OR EXISTS (SELECT 1 FROM member WHERE member.id = slot.member AND lease_until > ?3)))
    """
  /// The works of a kind that run: those with slots, and those that a process claimed which gives this kind none.
  static let runningInAll = Query(
    """
    SELECT (
      SELECT count(*) FROM slot INDEXED BY slot_of_kind
      WHERE kind = ?1 AND (process IS NOT NULL OR EXISTS (SELECT 1 FROM member WHERE member.id = slot.member))
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
