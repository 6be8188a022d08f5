import Synchronization

/// One attempt that this process works on.
final class RunningJob: Sendable {
  let claim: Claim
  private let state = Mutex(State())

  private struct State {
    var news: JobProgress?
    var task: Task<Void, Never>?
    var isOver = false
  }

  init(_ claim: Claim) {
    self.claim = claim
  }

  var tenure: Tenure { claim.tenure }

  /// Takes the work's word; on whichever thread it reports.
  func report(_ progress: JobProgress) {
    state.withLock { $0.news = progress }
  }

  /// The report that was not yet written, if there is one; once.
  func takeNews() -> JobProgress? {
    state.withLock { state in
      defer { state.news = nil }
      return state.news
    }
  }

  /// Takes back a report that could not be written, unless there is a newer one.
  func keepNews(_ progress: JobProgress) {
    state.withLock { $0.news = $0.news ?? progress }
  }

  func run(in task: Task<Void, Never>) {
    state.withLock { $0.task = task }
  }

  /// The right to write for it is over: interrupts the work. What it returns later counts for nothing.
  func interrupt() {
    state.withLock { state in
      state.isOver = true
      state.task?.cancel()
    }
  }

  var isOver: Bool { state.withLock { $0.isOver } }
}
