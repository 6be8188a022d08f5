/// One kind of job with its work: what a ``JobRunner`` is made of.
public struct Work: Sendable {
  public let kind: JobKind
  public let workload: any Workload
  public let policy: WorkPolicy

  public init(kind: JobKind, workload: any Workload, policy: WorkPolicy = WorkPolicy()) {
    self.kind = kind
    self.workload = workload
    self.policy = policy
  }
}

/// How the jobs of one kind are worked on.
public struct WorkPolicy: Hashable, Sendable {
  /// What becomes of works that run when their process drains. Their jobs are never charged for it.
  public enum Drain: Hashable, Sendable {
    /// They are interrupted, and their jobs given back at once. The process doesn't wait for those that don't listen.
    case giveBack
    /// They run on, and what ends in this time counts. The others are interrupted then, and each job is given back when its
    /// work has returned. The process waits for that.
    case runOn(for: Duration)
  }

  public var attempts: AttemptPolicy
  /// Works of this kind that run at once in one process; `nil`: no limit but the runner's own.
  ///
  /// Work that was interrupted counts until it has returned. The same is true of ``jobsInAll``.
  public var jobs: Int?
  /// Works of this kind that run at once in all processes of the store; `nil`: no limit. The processes should agree: each
  /// claims by its own limit.
  public var jobsInAll: Int?
  /// Whether an attempt begins only when the work of every earlier one of its job has ended: also where that one is out of
  /// time or was given back, or its process has died or hangs. Such work does what must not overlap in a process that it
  /// names by ``JobContext/record(_:)``: of a process of the store that hangs, only that is waited for. The processes of the
  /// store should agree.
  public var oneAttemptAtATime: Bool
  public var drain: Drain
  /// How long a work may take to return when it is interrupted; one that takes longer is reported as ignoring it. `nil`: as the
  /// runner's configuration says.
  public var patience: Duration?
  /// Bytes of a result; a longer one fails the job as `result-too-large`, and is not tried again.
  public var resultLimit: Int
  /// The files that a result has; most kinds have none.
  public var files: [DeclaredFile]

  public init(
    attempts: AttemptPolicy = AttemptPolicy(), jobs: Int? = nil, jobsInAll: Int? = nil,
    oneAttemptAtATime: Bool = false, drain: Drain = .giveBack, patience: Duration? = nil,
    resultLimit: Int = 64 << 20, files: [DeclaredFile] = []
  ) {
    self.attempts = attempts
    self.jobs = jobs
    self.jobsInAll = jobsInAll
    self.oneAttemptAtATime = oneAttemptAtATime
    self.drain = drain
    self.patience = patience
    self.resultLimit = resultLimit
    self.files = files
  }
}
