/// One kind of job as a runner works on it.
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

/// How often, how long and how many at once the jobs of a kind are worked on.
public struct WorkPolicy: Hashable, Sendable {
  public var attempts: AttemptPolicy
  /// At once in one process.
  public var jobs: Int?
  /// At once in all processes of the store.
  public var jobsInAll: Int?
  /// Bytes of a result; a longer one fails the job as `result-too-large`, and is not tried again.
  public var resultLimit: Int

  public init(
    attempts: AttemptPolicy = AttemptPolicy(), jobs: Int? = nil, jobsInAll: Int? = nil, resultLimit: Int = 64 << 20
  ) {
    self.attempts = attempts
    self.jobs = jobs
    self.jobsInAll = jobsInAll
    self.resultLimit = resultLimit
  }
}
