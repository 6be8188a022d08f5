/// Who may read the log of a job's program.
public enum LogReader: String, CaseIterable, Hashable, Sendable {
  /// The job's owner, and the operator.
  case owner
  case `operator`
}
