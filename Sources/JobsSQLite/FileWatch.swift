internal import Jobs

/// What a member's writer knows of its files from one turn to the next, so that most looks need not ask for every name. For
/// the writer's thread, in its turn.
struct FileWatch {
  /// So long a look is believed where a second one follows, in nanoseconds.
  private static let moment: Int64 = 1_000_000

  let open: OpenFiles
  /// When the files were last found to be right, in nanoseconds of the monotonic clock; 0 where they were not.
  private var lookedAt: Int64 = 0
  private var folders: OpenFiles.Folders?

  init(_ open: OpenFiles) {
    self.open = open
  }

  /// How the files are now. Throws where they are not this member's own, or not as `record` says.
  mutating func look(_ record: TurnRecord?) throws(StoreError) -> TurnRecord.Sight {
    lookedAt = 0
    let sight = try open.look(since: &folders)
    if let fault = record?.fault(of: sight, open.paths) { throw OpenFiles.refusal(fault) }
    lookedAt = MonotonicTime.nanoseconds
    return sight
  }

  /// The same before a commit, after which ``look(_:)`` compares with the same record. So while all is well only the names
  /// are looked at here, and nothing a moment after the last look: that costs no acknowledgement.
  mutating func lookBefore(_ record: TurnRecord?) throws(StoreError) -> TurnRecord.Sight {
    if let record, record.phase == .settled, lookedAt > 0 {
      if MonotonicTime.nanoseconds - lookedAt < Self.moment { return record.sight }
      if let folders, try open.folders() == folders { return record.sight }
    }
    return try look(record)
  }
}
