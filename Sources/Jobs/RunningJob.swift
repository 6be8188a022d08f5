import Synchronization

/// One attempt that this process works on.
final class RunningJob: Sendable {
  private static let longestLog = 64 << 20

  let claim: Claim
  let kind: RunningKind
  /// When it is out of time, by the wall clock as it is now.
  let deadline: Timestamp?
  let files: AttemptFiles
  private let limit: MonotonicTime?
  private let state = Mutex(State())

  private struct State {
    var news: JobProgress?
    /// The newest log that was not yet written.
    var log: [UInt8]?
    var logTakenAt: MonotonicTime?
    /// What a renewal that is under way writes of both. Until that returns it is unknown whether they are on disk.
    var underWay: JobReport?
    var task: Task<Void, Never>?
    var interruptedAt: MonotonicTime?
    /// The same moment in nanoseconds.
    var interruption: Int64?
    var isIgnoring = false
    var isGivenBack = false
  }

  /// It begins now.
  init(_ claim: Claim, of kind: RunningKind, files: (any FileStore)? = nil) {
    self.claim = claim
    self.kind = kind
    self.files = AttemptFiles(kind.policy.files, in: files)
    let timeout = kind.policy.attempts.timeout
    limit = timeout.map { MonotonicTime.now.advanced(by: $0) }
    deadline = timeout.map { Timestamp.now.advanced(by: $0) }
  }

  var tenure: Tenure { claim.tenure }

  /// Takes the work's word; on whichever thread it reports.
  func report(_ progress: JobProgress) {
    state.withLock { $0.news = progress }
  }

  /// Takes the work's log; on whichever thread it hands it over.
  func keepLog(_ bytes: [UInt8]) {
    let log = bytes.count > Self.longestLog ? Array(bytes.suffix(Self.longestLog)) : bytes
    state.withLock { $0.log = log }
  }

  /// For a renewal: what was not yet written, the log not within `pause` of the time before. ``endReport(isWritten:)``
  /// follows.
  func beginReport(after pause: Duration, at now: MonotonicTime) -> JobReport {
    state.withLock { state in
      var report = JobReport(tenure: tenure, progress: state.news)
      state.news = nil
      if let log = state.log, state.logTakenAt.map({ $0.advanced(by: pause) <= now }) ?? true {
        report.log = log
        (state.log, state.logTakenAt) = (nil, now)
      }
      state.underWay = report
      return report
    }
  }

  /// The renewal has ended. What it could not write is kept, unless there is something newer.
  func endReport(isWritten: Bool) {
    state.withLock { state in
      if !isWritten {
        state.news = state.news ?? state.underWay?.progress
        state.log = state.log ?? state.underWay?.log
      }
      state.underWay = nil
    }
  }

  /// For the end of the attempt: the last report, unless it is known to be written; once.
  func takeNews() -> JobProgress? {
    state.withLock { state in
      defer {
        state.news = nil
        state.underWay?.progress = nil
      }
      return state.news ?? state.underWay?.progress
    }
  }

  /// For the end of the attempt: the last log, unless it is known to be written; once.
  func takeLog() -> [UInt8]? {
    state.withLock { state in
      defer {
        state.log = nil
        state.underWay?.log = nil
      }
      return state.log ?? state.underWay?.log
    }
  }

  func run(in task: Task<Void, Never>) {
    state.withLock { $0.task = task }
  }

  /// The right to write for it is over: interrupts the work. What it returns later counts for nothing. `givingBack` where the
  /// job is still held, and is to be given back when the work has returned.
  func interrupt(at now: MonotonicTime, givingBack: Bool = false) {
    let task = state.withLock { state in
      state.isGivenBack = state.isGivenBack || givingBack
      state.interruptedAt = state.interruptedAt ?? now
      state.interruption = state.interruption ?? MonotonicTime.nanoseconds
      return state.task
    }
    // Runs what the work wants to do when it is cancelled: it may report, or wait for who does.
    task?.cancel()
  }

  /// Whether the job is to be given back when the work has returned.
  var isGivenBack: Bool { state.withLock { $0.isGivenBack } }

  var isOver: Bool { state.withLock { $0.interruptedAt != nil } }

  /// When it was told to stop, in nanoseconds of the monotonic clock; `nil` where it wasn't.
  var interruption: Int64? { state.withLock { $0.interruption } }

  func isOutOfTime(at now: MonotonicTime) -> Bool {
    guard let limit, limit <= now else { return false }
    return !isOver
  }

  /// Whether its work still runs so long after it was interrupted; true once.
  func startsIgnoring(at now: MonotonicTime, after patience: Duration) -> Bool {
    state.withLock { state in
      guard !state.isIgnoring, let interruptedAt = state.interruptedAt else { return false }
      state.isIgnoring = interruptedAt.advanced(by: patience) <= now
      return state.isIgnoring
    }
  }

  var isIgnoring: Bool { state.withLock { $0.isIgnoring } }
}
