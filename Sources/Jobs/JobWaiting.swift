/// What can be waited for.
public enum JobTopic: Hashable, Sendable {
  /// A change of this job.
  case job(JobID)
  /// A change of any of these jobs.
  case jobs(JobScope)
}

/// Lets callers sleep until a job changes, whichever process changes it. A sleeper holds no thread.
public protocol JobWaiting: Sendable {
  /// Returns when something of `topic` has changed after `mark`, when `deadline` is over, when the process drains, or when
  /// the task is cancelled. The caller knows every change of the topic up to `mark`: it has read the store since that
  /// change, or an earlier wait returned that number as `through`.
  func wait(for topic: JobTopic, past mark: Int64, until deadline: MonotonicTime) async -> WaitOutcome

  /// The process is about to stop: waits end at once, and no new one should begin.
  var isDraining: Bool { get }
}

/// How a wait ended. `through` is the mark for the next wait of the same caller for the same topic.
public enum WaitOutcome: Sendable {
  /// What has changed, each job once and as it stands, in order of change numbers; some of it may not be later than the
  /// caller's mark. For one job only its last change.
  case changes([SharedChange], through: Int64)
  /// It isn't known here what has changed since the caller's mark: it has to read the store. What it reads from now on
  /// includes every change up to `through`.
  case unknown(through: Int64)
  /// Nothing has changed.
  case nothing(through: Int64)
}
