internal import Glibc
internal import Jobs

/// This member as its siblings see it: a row with a lease, and a presence.
final class Member: Sendable {
  let id: Int64
  let presence: Presence
  private let startedAt: Timestamp
  private let lease: Duration
  /// Its connection's, as text.
  private let settings: String

  /// Joins the store: in one's turn, inside a write transaction. The presence is there before the row.
  init(
    in transaction: WriteTransaction, files: StoreFiles, lease: Duration, settings: String, at now: Timestamp
  ) throws {
    presence = try Presence(in: files)
    id = transaction.counters.nextMember()
    startedAt = now
    self.lease = lease
    self.settings = settings
    try insert(transaction)
  }

  /// The lease starts anew. A member that was taken for dead (its file was away for a while) joins again under the same
  /// number: its file is back, or it could not write now.
  func renewLease(as state: MemberState? = nil, in transaction: WriteTransaction) throws {
    let connection = transaction.connection
    if try connection(.renewLease).run(leaseEnd(transaction), id) == 0 {
      try insert(transaction)
    }
    if let state {
      let troubles = TroubleList.text(state.troubles)
      let programs = state.programs.map(ConfinementText.text) ?? ""
      try connection(.tellState).run(state.ignoring, state.isDraining ? 1 : 0, troubles, programs, id)
    }
  }

  /// The same for whoever claims, where more than a quarter of the lease is over: the row of a member that claims again
  /// and again is not written each time.
  func keepLease(in transaction: WriteTransaction) throws {
    let end = try transaction.connection(.leaseEnd).first(id) { $0.integer(0) }
    let due = transaction.clock.advanced(by: lease * 3 / 4)
    if end.map({ $0 < due.milliseconds }) ?? true { try renewLease(in: transaction) }
  }

  /// Removes the row. False, and the row stays, for a member that still holds jobs or slots: it leaves them to the member
  /// that reaps it. Works run in this process for which slots are held, so its presence lasts as long as the process.
  func leave(in transaction: WriteTransaction) throws -> Bool {
    try transaction.connection(.keepNone).run(id)
    try transaction.releaseCallbacks(of: id)
    if try transaction.connection(.holdsSlot).first(id, decode: { _ in true }) != nil {
      presence.lastUntilExit()
      return false
    }
    return try transaction.connection(.removeMemberWithoutJobs).run(id) == 1
  }

  private func insert(_ transaction: WriteTransaction) throws {
    try transaction.connection(.insertMember).run(
      id, presence.token, Int64(getpid()), Presence.boot, startedAt.milliseconds, leaseEnd(transaction), settings)
  }

  private func leaseEnd(_ transaction: WriteTransaction) -> Int64 {
    transaction.clock.advanced(by: lease).milliseconds
  }
}

extension Query {
  static let insertMember = Query(
    "INSERT INTO member (id, token, pid, boot, started_at, lease_until, settings) VALUES (?, ?, ?, ?, ?, ?, ?)")
  static let renewLease = Query("UPDATE member SET lease_until = ? WHERE id = ?")
  static let leaseEnd = Query("SELECT lease_until FROM member WHERE id = ?")
  static let tellState = Query("UPDATE member SET ignoring = ?, draining = ?, troubles = ?, programs = ? WHERE id = ?")
  static let removeMember = Query("DELETE FROM member WHERE id = ?")
  static let removeMemberWithoutJobs = Query(
    """
    DELETE FROM member WHERE id = ?1
      AND NOT EXISTS (SELECT 1 FROM job WHERE member = ?1 AND \(JobEvent.release.condition))
    """)
  static let holdsSlot = Query("SELECT 1 FROM slot INDEXED BY slot_of_member WHERE member = ? LIMIT 1")
  static let members = Query(
    """
    SELECT id, token, boot, lease_until, pid, started_at, ignoring, draining, settings,
      (SELECT count(*) FROM job WHERE job.member = member.id AND \(JobEvent.release.condition)),
      (SELECT count(*) FROM job WHERE job.member = member.id AND \(JobEvent.claim.condition) AND alone = 1),
      troubles, programs
    FROM member ORDER BY id
    """)
}
