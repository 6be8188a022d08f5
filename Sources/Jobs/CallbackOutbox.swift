/// What a store owes to those who want to be told of a job's end: one message for each final job that was submitted with
/// a callback, from the transaction that made it final until it is settled. No crash in between loses one.
public protocol CallbackOutbox: Sendable {
  /// Takes messages that are due for this member, longest due first and as far as there is room: for `lease` no other
  /// member is given them, unless this member dies, after which they are due at once. Each counts one attempt more,
  /// whatever becomes of it.
  ///
  /// Messages whose host has no room stay as they are, and others go before them. Only the first
  /// ``CallbackRoom/window`` due ones are looked at: where that doesn't fill the room, those are put off by the room's
  /// pause, without counting an attempt, and the next claim sees the ones behind them.
  ///
  /// A message that no one settles is due again when the lease is over, on the monotonic clock; after a restart of the
  /// machine all are due. So a message is sent at least once, perhaps more often, and always under the same id.
  func claimCallbacks(_ room: CallbackRoom, lease: Duration) async throws(StoreError) -> CallbackClaim

  /// Ends an attempt. False where another one has begun since: nothing changed.
  @discardableResult
  func settle(_ delivery: CallbackDelivery, as outcome: CallbackOutcome) async throws(StoreError) -> Bool

  /// Whether ``claimCallbacks(_:lease:)`` would change anything. A cheap read.
  func hasDueCallbacks(for room: CallbackRoom) async throws(StoreError) -> Bool

  /// How many messages are not settled. Costs a read of all of them: for the start of a process.
  func unsettledCallbacks() async throws(StoreError) -> Int
}

extension CallbackOutbox {
  /// Claims without a limit for each host.
  public func claimCallbacks(_ room: Int, lease: Duration) async throws(StoreError) -> [CallbackDelivery] {
    try await claimCallbacks(CallbackRoom(room), lease: lease).deliveries
  }

  /// Whether any message is due.
  public func hasDueCallbacks() async throws(StoreError) -> Bool {
    try await hasDueCallbacks(for: CallbackRoom(1))
  }
}

/// What a claim came to.
public struct CallbackClaim: Hashable, Sendable {
  public var deliveries: [CallbackDelivery]
  /// How many messages were put off.
  public var postponed: Int

  public init(deliveries: [CallbackDelivery], postponed: Int) {
    self.deliveries = deliveries
    self.postponed = postponed
  }
}

/// One attempt to tell of a job's end.
public struct CallbackDelivery: Hashable, Sendable {
  /// The same in every attempt, in no other message of any store.
  public var message: String
  /// As the submitter gave it. It may hold secrets: log no more of it than its host.
  public var url: String
  /// 1 for the first; rises with each claim.
  public var attempt: Int
  /// Final, and thus the same in every attempt.
  public var job: Job

  public init(message: String, url: String, attempt: Int, job: Job) {
    self.message = message
    self.url = url
    self.attempt = attempt
    self.job = job
  }
}

/// What an attempt to tell comes to.
public enum CallbackOutcome: Hashable, Sendable {
  /// There is nothing more to tell: it was heard, or is given up.
  case settled
  /// Due again after that time, on the monotonic clock.
  case retry(after: Duration)
}
