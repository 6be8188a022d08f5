internal import Jobs
internal import Synchronization
internal import Threads

/// The member's only writer: a thread of its own with the writing connection. Whatever writes wait when its turn comes
/// share one transaction and one `fsync`; each caller goes on with its own outcome, after the commit.
final class GroupCommitWriter: Sendable {
  /// What waits for it. Once it refuses, the thread closes the store and ends.
  let queue = WriteQueue()
  private let turnstile: Turnstile
  private let bell: Doorbell
  private let configuration: SQLiteJobStore.Configuration
  private let log: @Sendable (String) -> Void
  private let meters = StoreMeters()
  private let state: Mutex<State>

  private struct State {
    var trouble: StoreHealth.Fault?
    var span: WritableSpan
    var committed = 0
    var watchedAt = MonotonicTime(milliseconds: 0)
  }

  init(
    turnstile: Turnstile, bell: Doorbell, configuration: SQLiteJobStore.Configuration,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.turnstile = turnstile
    self.bell = bell
    self.configuration = configuration
    self.log = log
    state = Mutex(State(span: WritableSpan(lease: configuration.lease)))
  }

  /// Starts the thread, which opens the store, writes until the queue refuses, and closes it.
  func start(_ opening: Opening) throws(ThreadNotStarted) {
    try PlainThread.start("store-writer") { [self] in
      if let transaction = begin(opening), let open = opening.open {
        var watch = FileWatch(open)
        serve(transaction, &watch)
        end(transaction, opening, &watch)
      }
      bell.silence()
      queue.close()
    }
  }

  /// Returns when the writes that wait are finished and the connection is closed, or after the turn limit.
  func drained() async {
    await queue.ended(before: MonotonicTime.now.advanced(by: configuration.turnLimit))
  }

  /// The watchdog, on another thread: whoever waits longer than the turn limit without its transaction having begun
  /// fails, for the thread itself may be blocked as long as a stopped process holds the turn.
  func expire(at now: MonotonicTime) {
    let limit = configuration.turnLimit
    let late = queue.expire(waitedFor: limit, at: now)
    guard !late.isEmpty else { return }
    let cause = "\(turnstile.holderName) has had the store's turn for over \(limit)"
    let holder = turnstile.holder
    state.withLock { state in
      state.trouble = StoreHealth.Fault(cause: cause, holder: holder)
      state.span.failed()
      meters.noted(isFaulty: true)
    }
    for write in late { write.resume(StoreError(.unavailable, operation: write.operation, cause: cause)) }
  }

  /// After a failure somebody has to try whether writing works again: a store that nobody writes to would call itself
  /// broken for ever.
  func probeIfFailing() {
    guard fault != nil, queue.count == 0 else { return }
    queue.add(Write<Void>("probe", continuation: nil) { try $0.touch() })
  }

  /// The watchdog again: finds what happened to the files of a store that nobody writes to. Looks a few times a second,
  /// however often it is called.
  func watch(_ open: OpenFiles, at now: MonotonicTime) {
    let isDue = state.withLock { state in
      guard state.watchedAt.advanced(by: .milliseconds(200)) <= now else { return false }
      state.watchedAt = now
      return true
    }
    guard isDue, queue.isOpen else { return }
    do throws(StoreError) {
      try vouch(for: open)
    } catch {
      // A member that closes removes its own lock.
      if queue.isOpen { note(error) }
    }
  }

  /// Any thread. Throws where the files are not those at the paths, or were overwritten. Looks without the turn, so that a
  /// record which changes meanwhile says nothing.
  func vouch(for open: OpenFiles) throws(StoreError) {
    let record = turnstile.record
    let sight = try open.look()
    if let record, let fault = record.fault(of: sight, open.paths), turnstile.record == record {
      throw OpenFiles.refusal(fault)
    }
  }

  /// Why the last write failed, or a waiting one did; `nil` while all is well.
  var fault: StoreHealth.Fault? { state.withLock(\.trouble) }

  var commits: Int { state.withLock(\.committed) }

  // MARK: On the thread

  private func begin(_ opening: Opening) -> WriteTransaction? {
    do {
      return try turnstile.inTurn(.copying) { found, left in
        opening.begin()
        guard queue.isOpen else {
          throw StoreError(.closed, operation: "open", cause: "the caller no longer waits for it")
        }
        try opening.refuseOthers(found)
        left = nil
        let transaction = try opening.join()
        left = (try? opening.open?.look()).map { TurnRecord(.settled, $0) }
        return transaction
      }
    } catch {
      opening.fail(error)
      return nil
    }
  }

  private func serve(_ transaction: WriteTransaction, _ watch: inout FileWatch) {
    let wal = WriteAheadLog(of: transaction.connection, limit: configuration.checkpointPages)
    defer { wal.detach() }
    // Claims whose commit was made, and then refused: their jobs are running, and no work has begun on them.
    var unheard: [Tenure] = []
    while queue.waitForWork() {
      let begin = MonotonicTime.nanoseconds
      let record: TurnRecord?
      do {
        record = try turnstile.take(.writing)
        meters.gotTurn(after: begin)
      } catch {
        let failed = queue.take(configuration.groupLimit)
        note(StoreError(error, operation: "write"))
        for write in failed { write.resume(StoreError(error, operation: write.operation)) }
        continue
      }
      let group = takeGroup(givingBack: unheard)
      var outcomes: [StoreError?] = []
      var begun: [Tenure] = []
      var rings = false
      do {
        outcomes = try whileOurs(&watch, record) { group.isEmpty ? [] : commit(group, in: transaction, wal, &begun) }
        rings = !group.isEmpty && transaction.didChange
        if case .some(nil) = outcomes.first { unheard = [] }
      } catch {
        unheard += begun
        note(error)
        outcomes = group.map {
          var refusal = error
          refusal.operation = $0.operation
          return refusal
        }
      }
      let haveOthersRung = rings && bell.ring()
      turnstile.release()
      // A standing claim is the last, and hears first: its works begin while the others are told.
      group.last?.resume(outcomes[group.count - 1])
      for index in group.indices.dropLast() { group[index].resume(outcomes[index]) }
      if rings { bell.hearOwnRing(withWork: transaction.stopsWork || haveOthersRung) }
      if wal.isDue { checkpoint(wal, &watch) }
    }
  }

  /// In one's turn: a commit that is made, and acknowledged, only where the files are this member's own before and after
  /// it, and as the member before left them. Throws what is the matter with them. The record goes on saying how they were
  /// when all was well, so that every later turn finds the same; a commit that was made all the same is no fault.
  private func whileOurs<Outcome>(
    _ watch: inout FileWatch, _ record: TurnRecord?, _ body: () -> Outcome
  ) throws(StoreError) -> Outcome {
    var left = record
    defer { turnstile.leave(left) }
    let begun = TurnRecord(.writing, try watch.lookBefore(record))
    left = begun
    let outcome = body()
    left = TurnRecord(.settled, try watch.look(begun))
    return outcome
  }

  private func end(_ transaction: WriteTransaction, _ opening: Opening, _ watch: inout FileWatch) {
    do {
      try turnstile.inTurn(.copying) { found, left in
        do {
          _ = try watch.look(found)
        } catch {
          opening.letGo()
          transaction.connection.keepOpen()
          throw error
        }
        left = nil
        try opening.leave(transaction)
        left = TurnRecord(.settled, try opening.sight())
      }
    } catch {
      log("store not closed as it should: \(error)")
    }
  }

  /// The next group. If claims have to be given back, a write that does so comes first, in addition to the limit.
  private func takeGroup(givingBack unheard: [Tenure]) -> [PendingWrite] {
    let group = queue.take(configuration.groupLimit)
    guard !group.isEmpty, !unheard.isEmpty else { return group }
    return [Write<Void>("give back", continuation: nil) { try SQLiteJobStore.giveBack(unheard, in: $0) }] + group
  }

  /// The outcomes. `begun` becomes the claims of the transaction, where it was committed.
  private func commit(
    _ group: [PendingWrite], in transaction: WriteTransaction, _ wal: WriteAheadLog, _ begun: inout [Tenure]
  ) -> [StoreError?] {
    let (span, isInTrouble) = state.withLock { ($0.span, $0.trouble != nil) }
    let written = wal.commits
    let begin = MonotonicTime.nanoseconds
    let (outcomes, failure) = transaction.carryOut(group, span: span)
    if failure == nil {
      begun = transaction.begun
      meters.committed(transaction, since: begin)
      queue.committed(leavingSomeWaiting: transaction.counters.queued > 0)
    }
    // One that found everything as it should be has written nothing: a full disk takes that.
    if failure != nil || !isInTrouble || wal.commits != written { note(failure) }
    return outcomes
  }

  private func checkpoint(_ wal: WriteAheadLog, _ watch: inout FileWatch) {
    do {
      try turnstile.inTurn(.copying) { found, left in
        do throws(StoreError) {
          _ = try watch.look(found)
        } catch {
          return note(error)
        }
        left = nil
        try wal.checkpoint()
        left = TurnRecord(.settled, try watch.open.look())
      }
    } catch {
      // The log stays as it is and loses nothing: again when it has grown.
      log("checkpoint: \(error)")
    }
  }

  private func note(_ outcome: StoreError?) {
    let changed = state.withLock { state in
      let changed = (state.trouble == nil) != (outcome == nil)
      state.trouble = outcome.map { StoreHealth.Fault(cause: $0.cause) }
      if outcome == nil {
        state.span.succeeded(at: .now)
        state.committed += 1
      } else {
        state.span.failed()
      }
      if changed { meters.noted(isFaulty: outcome != nil) }
      return changed
    }
    if changed { log(outcome.map { "store can't be written: \($0.cause)" } ?? "store can be written again") }
  }
}
