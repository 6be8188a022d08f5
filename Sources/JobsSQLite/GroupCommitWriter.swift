internal import Foundation
internal import Jobs

/// The member's only writer: a thread of its own with the writing connection. Whatever writes wait when its turn comes
/// share one transaction and one `fsync`; each caller goes on with its own outcome, after the commit.
///
/// `@unchecked Sendable`: `condition` guards what its comment says; the rest is the thread's own or constant.
final class GroupCommitWriter: @unchecked Sendable {
  private enum Phase {
    case open
    /// Refuses new writes and finishes those that wait.
    case closing
    case closed
  }

  private let turnstile: Turnstile
  private let bell: Doorbell
  private let configuration: SQLiteJobStore.Configuration
  private let log: @Sendable (String) -> Void
  private let meters = StoreMeters()

  private let condition = NSCondition()
  // Guarded by `condition`:
  private var phase = Phase.open
  private var waiting: [PendingWrite] = []
  private var standing: StandingWrite?
  /// Whether this member's last commit left jobs waiting.
  private var leftSomeWaiting = false
  private var trouble: StoreHealth.Fault?
  private var span: WritableSpan
  private var committed = 0
  private var watchedAt = MonotonicTime(milliseconds: 0)
  private var closers: [(deadline: MonotonicTime, continuation: CheckedContinuation<Void, Never>)] = []

  init(
    turnstile: Turnstile, bell: Doorbell, configuration: SQLiteJobStore.Configuration,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.turnstile = turnstile
    self.bell = bell
    self.configuration = configuration
    self.log = log
    span = WritableSpan(lease: configuration.lease)
  }

  /// Starts the thread, which opens the store, writes until ``refuse()``, and closes it.
  func start(_ opening: Opening) {
    let thread = Thread { [self] in
      if let transaction = begin(opening), let open = opening.open {
        var watch = FileWatch(open)
        serve(transaction, &watch)
        end(transaction, opening, &watch)
      }
      condition.lock()
      phase = .closed
      let (left, closers, standing) = (waiting, closers, standing)
      (waiting, self.closers, self.standing) = ([], [], nil)
      condition.unlock()
      bell.silence()
      standing?.claim.withdraw()
      for write in left { write.resume(StoreError(.closed, operation: write.operation, cause: "the store is closed")) }
      for closer in closers { closer.continuation.resume() }
    }
    thread.name = "store-writer"
    thread.start()
  }

  /// Hands in a write, which fails as `.closed` when the member is closing.
  func enqueue(_ write: PendingWrite) {
    condition.lock()
    guard case .open = phase else {
      condition.unlock()
      return write.resume(StoreError(.closed, operation: write.operation, cause: "the store is closed"))
    }
    waiting.append(write)
    if waiting.count == 1 { condition.signal() }
    condition.unlock()
  }

  /// Carries `claim` out with each transaction, in the place of the one before; at once, where it could take what the last
  /// one left.
  func stand(_ claim: StandingClaim, _ body: @escaping StandingWrite.Body) {
    condition.lock()
    let last: StandingClaim?
    if case .closed = phase {
      last = claim
    } else {
      last = standing?.claim
      standing = StandingWrite(claim, body)
      if addLook() { condition.signal() }
    }
    condition.unlock()
    last?.withdraw()
  }

  /// Under the lock: adds a write that does nothing, so that a transaction carries out the claim, where the last one left jobs
  /// waiting that the claim has not looked at and no other write follows. Returns whether it did.
  private func addLook() -> Bool {
    guard case .open = phase, leftSomeWaiting, waiting.isEmpty, standing?.claim.wantsLook ?? false else { return false }
    waiting.append(Write<Void>("claim", continuation: nil) { _ in })
    return true
  }

  /// Refuses writes from now on.
  func refuse() {
    condition.lock()
    if case .open = phase { phase = .closing }
    condition.signal()
    condition.unlock()
  }

  /// Returns when the writes that wait are finished and the connection is closed, or after the turn limit.
  func drained() async {
    await withCheckedContinuation { continuation in
      condition.lock()
      if case .closed = phase {
        condition.unlock()
        return continuation.resume()
      }
      closers.append((MonotonicTime.now.advanced(by: configuration.turnLimit), continuation))
      condition.unlock()
    }
  }

  /// The watchdog, on another thread: whoever waits longer than the turn limit without its transaction having begun
  /// fails, for the thread itself may be blocked as long as a stopped process holds the turn.
  func expire(at now: MonotonicTime) {
    condition.lock()
    let limit = configuration.turnLimit
    let late = waiting.prefix { $0.since.advanced(by: limit) <= now }
    waiting.removeFirst(late.count)
    let lateClosers = closers.filter { $0.deadline <= now }
    closers.removeAll { $0.deadline <= now }
    if !late.isEmpty {
      trouble = StoreHealth.Fault(
        cause: "\(turnstile.holderName) has had the store's turn for over \(limit)", holder: turnstile.holder)
      span.failed()
      meters.noted(isFaulty: true)
    }
    let cause = trouble?.cause ?? ""
    condition.unlock()
    for write in late {
      write.resume(StoreError(.unavailable, operation: write.operation, cause: cause))
    }
    for closer in lateClosers { closer.continuation.resume() }
  }

  /// After a failure somebody has to try whether writing works again: a store that nobody writes to would call itself
  /// broken for ever.
  func probeIfFailing() {
    condition.lock()
    let isWorthIt = trouble != nil && waiting.isEmpty
    condition.unlock()
    if isWorthIt { enqueue(Write<Void>("probe", continuation: nil) { try $0.touch() }) }
  }

  /// The watchdog again: finds what happened to the files of a store that nobody writes to. Looks a few times a second,
  /// however often it is called.
  func watch(_ open: OpenFiles, at now: MonotonicTime) {
    condition.lock()
    let isDue = watchedAt.advanced(by: .milliseconds(200)) <= now
    if isDue { watchedAt = now }
    condition.unlock()
    guard isDue, isOpen else { return }
    do throws(StoreError) {
      try vouch(for: open)
    } catch {
      // A member that closes removes its own lock.
      if isOpen { note(error) }
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
  var fault: StoreHealth.Fault? {
    condition.lock()
    defer { condition.unlock() }
    return trouble
  }

  var commits: Int {
    condition.lock()
    defer { condition.unlock() }
    return committed
  }

  /// False from ``refuse()`` on.
  var isOpen: Bool {
    condition.lock()
    defer { condition.unlock() }
    if case .open = phase { return true }
    return false
  }

  /// Writes whose transaction hasn't begun.
  var backlog: Int {
    condition.lock()
    defer { condition.unlock() }
    return waiting.count
  }

  // MARK: On the thread

  private func begin(_ opening: Opening) -> WriteTransaction? {
    do {
      return try turnstile.inTurn(.copying) { found, left in
        opening.begin()
        guard isOpen else { throw StoreError(.closed, operation: "open", cause: "nobody waits for it any more") }
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
    while waitForWork() {
      let begin = MonotonicTime.nanoseconds
      let record: TurnRecord?
      do {
        record = try turnstile.take(.writing)
        meters.gotTurn(after: begin)
      } catch {
        let failed = takeGroup()
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

  /// Blocks until something waits; false when the member closes and nothing does.
  private func waitForWork() -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty {
      guard case .open = phase else { return false }
      condition.wait()
    }
    return true
  }

  /// With the claim that stands, and what gives claims back, beyond the limit, where there is anything else.
  private func takeGroup(givingBack unheard: [Tenure] = []) -> [PendingWrite] {
    condition.lock()
    defer { condition.unlock() }
    guard !waiting.isEmpty else { return [] }
    var group = waiting
    waiting = []
    if group.count > configuration.groupLimit {
      waiting = Array(group[configuration.groupLimit...])
      group.removeLast(waiting.count)
    } else {
      waiting.reserveCapacity(group.count)
    }
    if let standing { group.append(standing) }
    if !unheard.isEmpty {
      let giveBack = Write<Void>("give back", continuation: nil) { try SQLiteJobStore.giveBack(unheard, in: $0) }
      group.insert(giveBack, at: 0)
    }
    return group
  }

  /// The outcomes. `begun` becomes the claims of the transaction, where it was committed.
  private func commit(
    _ group: [PendingWrite], in transaction: WriteTransaction, _ wal: WriteAheadLog, _ begun: inout [Tenure]
  ) -> [StoreError?] {
    condition.lock()
    let (span, isInTrouble) = (span, trouble != nil)
    condition.unlock()
    let written = wal.commits
    let begin = MonotonicTime.nanoseconds
    let (outcomes, failure) = transaction.carryOut(group, span: span)
    if failure == nil {
      begun = transaction.begun
      meters.committed(transaction, since: begin)
      condition.lock()
      leftSomeWaiting = transaction.counters.queued > 0
      // For a claim that began to stand, or whose room was changed, when this transaction had already looked.
      _ = addLook()
      condition.unlock()
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
    condition.lock()
    let changed = (trouble == nil) != (outcome == nil)
    trouble = outcome.map { StoreHealth.Fault(cause: $0.cause) }
    if outcome == nil {
      span.succeeded(at: .now)
      committed += 1
    } else {
      span.failed()
    }
    if changed { meters.noted(isFaulty: outcome != nil) }
    condition.unlock()
    if changed { log(outcome.map { "store can't be written: \($0.cause)" } ?? "store can be written again") }
  }
}
