internal import Jobs

/// A member as its row shows it, for those who ask whether it still lives.
struct MemberRow {
  var id: Int64
  var token: String
  var boot: String
  var leaseUntil: MonotonicTime
  var pid: Int32
  var startedAt: Timestamp
  var state: MemberState
  var settings: [String: String]
  var running: Int
  /// Jobs that it keeps itself free for.
  var kept: Int

  init(from columns: Columns) {
    id = columns.integer(0)
    token = columns.text(1)
    boot = columns.text(2)
    leaseUntil = MonotonicTime(milliseconds: columns.integer(3))
    pid = Int32(truncatingIfNeeded: columns.integer(4))
    startedAt = Timestamp(milliseconds: columns.integer(5))
    state = MemberState(
      ignoring: Int(columns.integer(6)), isDraining: columns.integer(7) == 1,
      troubles: TroubleList.parse(columns.text(11)), programs: ConfinementText.parse(columns.text(12)))
    settings = Settings.parse(columns.text(8))
    running = Int(columns.integer(9))
    kept = Int(columns.integer(10))
  }

  /// Dead for ever: its lock is free, or the machine was started since.
  func isDead(in files: StoreFiles) -> Bool {
    boot != Presence.boot || Presence.isGone(token, in: files)
  }

  /// Perhaps alive, but its jobs may be taken.
  func hasLapsed(at now: MonotonicTime) -> Bool {
    running + kept > 0 && leaseUntil <= now
  }
}
