import Jobs
import JobsHTTP
import Kinds
import Orders
import Synchronization

/// What a runner does with orders, at the moment the input says, so that an input means the same each time.
enum Deed: String, Sendable {
  /// Takes the oldest order that waits.
  case claim
  case progress
  /// Does the work, to its end.
  case complete
  case fail
  case release
  /// Ended orders are thrown away.
  case expire
  /// The process shuts down.
  case drain
}

/// The one runner of a store: it holds one order at most, and takes one where a deed needs it.
final class Runner: Sendable {
  private let store: any JobStore
  private let held = Mutex<Claim?>(nil)

  init(store: any JobStore) {
    self.store = store
  }

  func perform(_ deed: Deed) async throws {
    if deed == .drain { return }
    if deed == .expire {
      try await store.expire(Kind.orders.name, endedBefore: Timestamp(milliseconds: .max), limit: 1000, at: .now)
      return
    }
    if held.withLock({ $0 }) == nil {
      let claims = try await store.claim(Room(1, of: [Kind.orders.name: 2]), at: .now)
      held.withLock { $0 = claims.first }
    }
    guard let claim = held.withLock({ $0 }) else { return }
    switch deed {
    case .claim, .expire, .drain: break
    case .progress:
      let report = JobReport(tenure: claim.tenure, progress: .units(1, of: 3, step: "products"))
      if try await !store.renew([report], as: MemberState(), at: .now).isEmpty { held.withLock { $0 = nil } }
    case .complete:
      let context = JobContext(
        id: claim.tenure.id, attempt: claim.attempt, epoch: claim.tenure.epoch, reporter: { _ in })
      try await finish(claim, as: .complete(try await Kind.orders.asWork.workload.run(claim.input, in: context)))
    case .fail:
      try await finish(claim, as: .fail(JobFailure(code: "out-of-stock", detail: "None left.")))
    case .release:
      try await finish(claim, as: .release)
    }
  }

  private func finish(_ claim: Claim, as outcome: JobOutcome) async throws {
    try await store.finish(claim.tenure, as: outcome, at: .now)
    held.withLock { $0 = nil }
  }

  /// Ends what an input left unfinished: the next one begins with an empty queue.
  func clear(_ ids: [JobID]) async throws {
    held.withLock { $0 = nil }
    for id in ids { _ = try await store.cancel(id, at: .now) }
  }
}

/// Waits in which time does not pass: whoever waits sees one deed done, and then the process drain. Both are what may
/// happen to a wait under `JobWaits`, whose threads and timers have tests of their own; here they would make each input
/// that waits a thousand times slower, and mean something else each time.
final class HurriedWaits: JobWaiting {
  private let runner: Runner
  private let state = Mutex<(deed: Deed?, isDraining: Bool)>((nil, false))

  init(runner: Runner) {
    self.runner = runner
  }

  func prepare(_ deed: Deed?) {
    state.withLock { $0 = (deed, deed == .drain) }
  }

  var isDraining: Bool { state.withLock { $0.isDraining } }

  func wait(for topic: JobTopic, past mark: Int64, until deadline: MonotonicTime) async -> WaitOutcome {
    let deed = state.withLock { state in
      defer { state.deed = nil }
      if state.deed == nil { state.isDraining = true }
      return state.deed
    }
    guard let deed else { return .nothing(through: mark) }
    // What fails here fails in the answer too.
    try? await runner.perform(deed)
    return .unknown(through: mark)
  }
}
