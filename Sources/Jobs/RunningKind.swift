import Synchronization

/// One kind in one runner, known by identity.
final class RunningKind: Sendable {
  let work: Work
  let meters: WorkMeters
  private let notBegun = Mutex<(times: Int, trouble: WorkTrouble?)>((0, nil))

  init(_ work: Work) {
    self.work = work
    meters = WorkMeters(of: work.kind)
  }

  /// What keeps its work from being started, since it last was.
  var trouble: WorkTrouble? { notBegun.withLock { $0.trouble } }

  func didBegin() {
    notBegun.withLock { $0 = (0, nil) }
  }

  func didNotBegin(_ job: JobID, because error: WorkNotBegun) {
    notBegun.withLock { state in
      state.times += 1
      state.trouble = WorkTrouble(
        code: error.code, kind: kind, job: job,
        detail: "Work could not be started, \(state.times) times in a row: \(error.detail)")
    }
  }

  var kind: JobKind { work.kind }
  var policy: WorkPolicy { work.policy }
  /// How long its works run on when their process drains; `nil`: not at all.
  var runOnTime: Duration? {
    guard case .runOn(let time) = policy.drain else { return nil }
    return time
  }

  /// Whether each of its works holds a slot in the store.
  var hasSlots: Bool { policy.jobsInAll != nil || policy.oneAttemptAtATime }
}
