/// What a store owes to those who want to be told of a job's end: one message for each final job that was submitted with
/// a callback, from the transaction that made it final until it is settled. No crash in between loses one.
public protocol CallbackOutbox: Sendable {
  /// Takes up to `room` messages that are due, longest due first, for this member: for `lease` nobody else is given them,
  /// unless this member dies, after which they are due at once. Each counts one attempt more, whatever becomes of it.
  ///
  /// A message that no one settles is due again when the lease is over, on the monotonic clock; after a restart of the
  /// machine all are due. So a message is sent at least once, perhaps more often, and always under the same id.
  func claimCallbacks(_ room: Int, lease: Duration) async throws(StoreError) -> [CallbackDelivery]

  /// Ends an attempt. False where another one has begun since: nothing changed.
  @discardableResult
  func settle(_ delivery: CallbackDelivery, as outcome: CallbackOutcome) async throws(StoreError) -> Bool

  /// Whether ``claimCallbacks(_:lease:)`` would find anything. A cheap read.
  func hasDueCallbacks() async throws(StoreError) -> Bool

  /// How many messages are not settled. Costs a read of all of them: for the start of a process.
  func unsettledCallbacks() async throws(StoreError) -> Int
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
