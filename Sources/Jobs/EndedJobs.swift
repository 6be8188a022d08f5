import Synchronization

/// What became of one attempt's work.
struct EndedJob: Sendable {
  let job: RunningJob
  let result: Result<[UInt8], any Error>
}

/// The ended attempts that the runner has not yet taken notice of.
final class EndedJobs: Sendable {
  private let waiting = Mutex<[EndedJob]>([])

  /// True for the first since ``takeAll()``: its caller has to tell the runner.
  func add(_ ended: EndedJob) -> Bool {
    waiting.withLock { waiting in
      waiting.append(ended)
      return waiting.count == 1
    }
  }

  func takeAll() -> [EndedJob] {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
