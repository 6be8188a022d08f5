/// A job as it stands in the store at one instant.
public struct Job: Hashable, Sendable {
  public var id: JobID
  public var kind: JobKind
  /// The user it belongs to; empty where nobody authenticates.
  public var owner: JobOwner
  public var status: JobStatus
  /// What the submitter asked for, opaque to this module.
  public var input: [UInt8]
  /// How many attempts were begun, but for those that were given back without charge; 0 until the first claim.
  public var attempt: Int
  /// Rises by 1 with each claim and by 1 with each end of one; a holder of an older epoch can write nothing.
  public var epoch: Int64
  public var progress: JobProgress
  /// Why it failed; only with status `failed`.
  public var failure: JobFailure?
  /// The store-wide number of this job's last visible change; unique among all jobs, rises with every change.
  public var change: Int64
  public var createdAt: Timestamp
  /// The first start of all attempts.
  public var startedAt: Timestamp?
  public var updatedAt: Timestamp
  public var finishedAt: Timestamp?
  /// Whether ``TextSearch`` finds it.
  public var isIndexed: Bool

  public init(
    id: JobID, kind: JobKind, owner: JobOwner, status: JobStatus, input: [UInt8], attempt: Int, epoch: Int64,
    progress: JobProgress, failure: JobFailure?, change: Int64, createdAt: Timestamp, startedAt: Timestamp?,
    updatedAt: Timestamp, finishedAt: Timestamp?, isIndexed: Bool = false
  ) {
    self.id = id
    self.kind = kind
    self.owner = owner
    self.status = status
    self.input = input
    self.attempt = attempt
    self.epoch = epoch
    self.progress = progress
    self.failure = failure
    self.change = change
    self.createdAt = createdAt
    self.startedAt = startedAt
    self.updatedAt = updatedAt
    self.finishedAt = finishedAt
    self.isIndexed = isIndexed
  }
}

/// How far a job is.
public struct JobProgress: Hashable, Sendable {
  /// 0 to 100, the highest of all attempts: never falls, at most 99 before complete, never forced to 100 by a failure.
  public var percent: Int
  /// The current attempt's step and units; `nil` and 0 until it reports. A step has at most 256 bytes.
  public var step: String?
  public var completed: Int
  public var total: Int

  /// A longer step is cut and ends in `…`.
  public init(percent: Int = 0, step: String? = nil, completed: Int = 0, total: Int = 0) {
    self.percent = percent
    self.step = step?.cut(to: 256)
    self.completed = completed
    self.total = total
  }

  /// A report of `completed` units of `total` (negative counts as 0, more than all as all).
  public static func units(_ completed: Int, of total: Int, step: String) -> JobProgress {
    let total = max(0, total)
    let completed = min(max(0, completed), total)
    let percent = total == 0 ? 0 : Int((Double(completed) / Double(total) * 100).rounded(.down))
    return JobProgress(percent: percent, step: step, completed: completed, total: total)
  }

  /// What the store shows after `report` of the same or a later attempt: its step and units, and a percent that
  /// neither falls nor reaches 100.
  public func advanced(to report: JobProgress) -> JobProgress {
    var next = report
    next.percent = max(percent, min(99, max(0, report.percent)))
    return next
  }
}
