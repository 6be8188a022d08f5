/// What a holder tells of one job it works on; `nil` where there is no news.
public struct JobReport: Hashable, Sendable {
  public var tenure: Tenure
  public var progress: JobProgress?
  public var log: [UInt8]?

  public init(tenure: Tenure, progress: JobProgress? = nil, log: [UInt8]? = nil) {
    self.tenure = tenure
    self.progress = progress
    self.log = log
  }
}

/// The end of one attempt.
public struct JobEnd: Hashable, Sendable {
  public var tenure: Tenure
  public var outcome: JobOutcome
  /// The last report that was not yet written.
  public var progress: JobProgress?
  /// The last log that was not yet written.
  public var log: [UInt8]?
  /// The files of the result: stored with ``JobOutcome/complete(_:)`` alone.
  public var files: [JobFile] = []
  /// The work has returned, and its slot is free, also where the epoch is over. Otherwise the work runs on and holds its slot
  /// until ``JobStore/free(_:)``.
  public var hasReturned: Bool

  public init(
    tenure: Tenure, outcome: JobOutcome, progress: JobProgress? = nil, log: [UInt8]? = nil, hasReturned: Bool = true
  ) {
    self.tenure = tenure
    self.outcome = outcome
    self.progress = progress
    self.log = log
    self.hasReturned = hasReturned
  }
}

/// Work that was interrupted and has returned. The end of its attempt was written before, or its epoch was over.
public struct ReturnedWork: Hashable, Sendable {
  public var tenure: Tenure
  /// The last log that was not yet written.
  public var log: [UInt8]?

  public init(tenure: Tenure, log: [UInt8]? = nil) {
    self.tenure = tenure
    self.log = log
  }
}
