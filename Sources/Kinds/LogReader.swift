/// Who may read the logs of a kind's jobs.
public enum LogReader: String, CaseIterable, Hashable, Sendable {
  /// The job's owner, and the operator.
  case owner
  /// The operator alone, on the machine of the service.
  case `operator`
}
