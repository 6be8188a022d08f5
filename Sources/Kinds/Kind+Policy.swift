public import Jobs

extension Kind {
  /// With `defaults` where the kind says nothing itself.
  public func filled(from defaults: KindLimits, attempts: Int, keep: Keep) -> Kind {
    var kind = self
    kind.limits = limits.filled(from: defaults)
    kind.attempts = self.attempts ?? attempts
    kind.keep = self.keep ?? keep
    return kind
  }

  /// The kind as a runner works on it.
  public var asWork: Work {
    var policy = WorkPolicy(
      jobs: limits.jobs, jobsInAll: limits.jobsInAll, oneAttemptAtATime: oneAttemptAtATime, drain: drain,
      patience: patience)
    if let attempts { policy.attempts.attempts = attempts }
    policy.attempts.timeout = limits.time
    if let result = limits.result { policy.resultLimit = result }
    policy.files = form.files
    return Work(kind: name, workload: InputWork(schema: input, work: work), policy: policy)
  }

  /// How much of the kind may wait.
  public var queueLimits: QueueLimits {
    let usual = QueueLimits()
    return QueueLimits(jobs: limits.waiting ?? usual.jobs, bytes: limits.waitingBytes ?? usual.bytes)
  }

  /// How long a job is kept after its end; `nil`: for ever.
  public var keptFor: Duration? {
    guard case .time(let time) = keep else { return nil }
    return time
  }
}
