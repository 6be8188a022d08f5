/// What the jobs of one kind may take. `nil` means: as the service says, and where that says nothing there is no limit.
public struct KindLimits: Hashable, Sendable {
  /// Bytes of a body.
  public var body: Int?
  /// Bytes of a result; a longer one fails its job as `result-too-large`.
  public var result: Int?
  /// How long one attempt may take.
  public var time: Duration?
  /// Jobs at once in one process; beside that the slots of the process bind.
  public var jobs: Int?
  /// Jobs at once in all processes of the store.
  public var jobsInAll: Int?
  /// Jobs that may wait; the next one is answered 503.
  public var waiting: Int?
  /// Bytes of the jobs that may wait.
  public var waitingBytes: Int?

  public init(
    body: Int? = nil, result: Int? = nil, time: Duration? = nil, jobs: Int? = nil, jobsInAll: Int? = nil,
    waiting: Int? = nil, waitingBytes: Int? = nil
  ) {
    self.body = body
    self.result = result
    self.time = time
    self.jobs = jobs
    self.jobsInAll = jobsInAll
    self.waiting = waiting
    self.waitingBytes = waitingBytes
  }

  /// With `defaults` where these say nothing.
  public func filled(from defaults: KindLimits) -> KindLimits {
    KindLimits(
      body: body ?? defaults.body, result: result ?? defaults.result, time: time ?? defaults.time,
      jobs: jobs ?? defaults.jobs, jobsInAll: jobsInAll ?? defaults.jobsInAll, waiting: waiting ?? defaults.waiting,
      waitingBytes: waitingBytes ?? defaults.waitingBytes)
  }
}
