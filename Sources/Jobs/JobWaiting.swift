/// Lets callers sleep until a job changes, whichever process changes it. A sleeper holds no thread.
public protocol JobWaiting: Sendable {
  /// Returns when the change number of the job (`nil`: of any job of the store) has passed `change`, when `deadline` is
  /// over, when the process drains, or when the task is cancelled; now and then for no reason. The caller reads again and
  /// decides.
  func wait(for id: JobID?, past change: Int64, until deadline: MonotonicTime) async

  /// The process is about to stop: waits end at once, and no new one should begin.
  var isDraining: Bool { get }
}
