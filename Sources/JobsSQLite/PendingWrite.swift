internal import Jobs

/// A write that waits for its group. `@unchecked Sendable`: it belongs to its caller until it is queued, to the queue's
/// lock while it waits, and to whoever took it out of there from then on (the writer's thread or the watchdog).
class PendingWrite: @unchecked Sendable {
  let operation: String
  let since = MonotonicTime.now

  init(_ operation: String) {
    self.operation = operation
  }

  /// Runs inside the transaction, perhaps twice: the first time may have been rolled back.
  func perform(in transaction: WriteTransaction) throws {}

  /// Lets the caller go on: with what ``perform(in:)`` last gave, or with the error. Exactly once, after the commit.
  func resume(_ error: StoreError?) {}
}

/// A ``StandingClaim``, as the last write of a transaction.
final class StandingWrite: PendingWrite, @unchecked Sendable {
  typealias Body = (Room, WriteTransaction) throws -> [Claim]

  let claim: StandingClaim
  private let body: Body
  private var room: Room?
  private var claims: [Claim] = []

  init(_ claim: StandingClaim, _ body: @escaping Body) {
    self.claim = claim
    self.body = body
    super.init("claim")
  }

  override func perform(in transaction: WriteTransaction) throws {
    claims = []
    guard transaction.counters.queued > 0 else { return }
    if room == nil { room = claim.takeUp() }
    guard let room else { return }
    claims = try body(room, transaction)
  }

  override func resume(_ error: StoreError?) {
    guard room != nil else { return }
    room = nil
    claim.takenUp(error == nil ? claims : [])
  }
}

final class Write<Outcome: Sendable>: PendingWrite, @unchecked Sendable {
  private let body: (WriteTransaction) throws -> Outcome
  private let continuation: CheckedContinuation<Result<Outcome, StoreError>, Never>?
  private var outcome: Outcome?

  init(
    _ operation: String, continuation: CheckedContinuation<Result<Outcome, StoreError>, Never>?,
    body: @escaping (WriteTransaction) throws -> Outcome
  ) {
    self.body = body
    self.continuation = continuation
    super.init(operation)
  }

  override func perform(in transaction: WriteTransaction) throws {
    outcome = try body(transaction)
  }

  override func resume(_ error: StoreError?) {
    if let error {
      continuation?.resume(returning: .failure(error))
    } else if let outcome {
      continuation?.resume(returning: .success(outcome))
    } else {
      preconditionFailure("\(operation) was neither performed nor failed")
    }
  }
}
