internal import Jobs

/// How many jobs of each kind came to which end.
struct EndedCounts: Equatable {
  struct Ends: Equatable {
    fileprivate(set) var complete = 0
    fileprivate(set) var failed = 0
    fileprivate(set) var cancelled = 0
  }

  private(set) var kinds: [JobKind: Ends] = [:]

  mutating func count(_ kind: JobKind, _ status: JobStatus) {
    switch status {
    case .complete: kinds[kind, default: Ends()].complete += 1
    case .failed: kinds[kind, default: Ends()].failed += 1
    case .cancelled: kinds[kind, default: Ends()].cancelled += 1
    case .started, .running: break
    }
  }
}
