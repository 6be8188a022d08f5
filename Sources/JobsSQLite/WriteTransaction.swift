internal import CSQLite
internal import Jobs

/// The write transaction a group of operations shares. Lives on the writer's thread and is used again for each group.
final class WriteTransaction {
  let connection: Connection
  var counters = Counters()
  /// For leases.
  private(set) var clock = MonotonicTime.now
  /// Since when this member's writes have succeeded, not counting this one.
  private(set) var span: WritableSpan
  /// The claims of this transaction; of no meaning where it failed.
  var begun: [Tenure] = []
  /// The jobs that came to their end in this transaction, for the store's meters.
  var ended = EndedCounts()
  private var saved = Counters()
  /// What waits of each kind; `nil` until this transaction needs it.
  var queues: KindQueues?
  /// What waits of each client that was asked about in this transaction.
  var shares: [ClientShare: Waiting] = [:]
  /// Whether there may be any slots in this transaction; `nil` before that was asked.
  var mayHaveSlots: Bool?
  /// When the waiting jobs were last counted by this member.
  var recounted: MonotonicTime?

  init(_ connection: Connection, span: WritableSpan) {
    self.connection = connection
    self.span = span
  }

  /// Whether the last commit changed what can be seen; renewed leases alone ring no bell.
  private(set) var didChange = false
  /// How many visible changes the last commit made.
  private(set) var changes = 0
  /// Whether it cancels what is worked on.
  var stopsWork = false
  /// For a change that has no number, and that siblings should hear of all the same.
  var mustRing = false

  /// All of `body` or nothing of it.
  func whole<Outcome>(span: WritableSpan, _ body: () throws -> Outcome) throws -> Outcome {
    begin(span: span)
    let outcome = try connection.transaction {
      try readCounters()
      let outcome = try body()
      try save()
      return outcome
    }
    changes = Int(counters.newestChange - saved.newestChange)
    didChange = mustRing || changes != 0
    return outcome
  }

  private func begin(span: WritableSpan) {
    (didChange, stopsWork, mustRing) = (false, false, false)
    (ended, queues, shares, mayHaveSlots, begun) = (EndedCounts(), nil, [:], nil, [])
    self.span = span
    clock = .now
  }

  private func readCounters() throws {
    guard let counters = try connection(.counters).first(decode: Counters.init(from:)) else {
      throw SQLiteFailure(SQLITE_CORRUPT, "the store's row of counters is missing")
    }
    self.counters = counters
    saved = counters
  }

  private func save() throws {
    if counters != saved {
      try connection(.saveCounters).run(
        counters.newestJob, counters.newestMember, counters.newestChange, counters.queued, counters.ended,
        counters.queuedBytes)
    }
    try queues?.save(in: connection)
  }

  /// Undoes `body` alone if it throws.
  func separately(_ body: () throws -> Void) throws {
    let before = (counters, ended, queues, shares, begun)
    try connection(.savepoint).run()
    do {
      try body()
      try connection(.releaseOperation).run()
    } catch {
      if connection.isInTransaction {
        try connection(.rollbackOperation).run()
        try connection(.releaseOperation).run()
      }
      (counters, ended, queues, shares, begun) = before
      throw error
    }
  }

  /// Makes this a write that has to reach the disk, whatever else it does.
  func touch() throws {
    try connection(.touch).run()
  }
}
