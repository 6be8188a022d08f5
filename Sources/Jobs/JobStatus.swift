/// Where a job stands. The words are those on the wire and in the store.
public enum JobStatus: String, CaseIterable, Sendable {
  /// Accepted and on disk, waiting for a free runner (also between two attempts).
  case started
  case running
  case complete
  case failed
  case cancelled

  /// A final status has no way out: no event, no process and no crash changes it again.
  public var isFinal: Bool {
    JobEvent.allCases.allSatisfy { after($0) == nil }
  }

  /// The status after `event`, or `nil` where the event means nothing and the job stays as it is.
  /// Swift code and the SQL of the stores are both made from this one table.
  public func after(_ event: JobEvent) -> JobStatus? {
    switch (self, event) {
    case (.started, .claim): .running
    case (.started, .cancel), (.running, .cancel): .cancelled
    case (.running, .complete): .complete
    case (.running, .fail): .failed
    case (.running, .release): .started
    default: nil
    }
  }
}

/// What can happen to a job.
public enum JobEvent: CaseIterable, Sendable {
  /// A runner takes the job and starts an attempt.
  case claim
  case complete
  case fail
  /// The attempt ends without an outcome (planned shutdown, dead process, retry): the job waits again.
  case release
  case cancel

  /// The statuses in which this event means something; stores make their `WHERE status IN (…)` from it.
  public var sources: [JobStatus] {
    JobStatus.allCases.filter { $0.after(self) != nil }
  }
}
