/// One kind in one runner, known by identity.
final class RunningKind: Sendable {
  let work: Work
  let meters: WorkMeters

  init(_ work: Work) {
    self.work = work
    meters = WorkMeters(of: work.kind)
  }

  var kind: JobKind { work.kind }
  var policy: WorkPolicy { work.policy }
  /// Whether each of its works holds a slot in the store.
  var hasSlots: Bool { policy.jobsInAll != nil || policy.oneAttemptAtATime }
}
