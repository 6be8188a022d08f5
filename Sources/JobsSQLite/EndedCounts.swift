internal import Jobs

/// How many jobs came to which end.
struct EndedCounts: Equatable {
  private(set) var complete = 0
  private(set) var failed = 0
  private(set) var cancelled = 0

  mutating func count(_ status: JobStatus) {
    switch status {
    case .complete: complete += 1
    case .failed: failed += 1
    case .cancelled: cancelled += 1
    case .started, .running: break
    }
  }
}
