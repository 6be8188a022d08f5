/// Where jobs live, shared by all processes that open it. Every store passes `JobStoreConformance`, which tests these
/// guarantees one by one.
///
/// A value of this type is one *member* of the store: one process with its own presence, lease and epochs. Writes are
/// durable when they return (a crash of the machine loses none) and visible to every member from then on. Reads never
/// wait for a write, return without suspending, and see everything that had returned before they began. Every visible
/// change takes the next number of one store-wide counter.
public protocol JobStore: Sendable {
  /// The store's random name, made at its creation: with a change number it tells states of any two stores apart.
  var name: String { get }

  /// Saves a job as `started`. A second submission under the same owner, kind and idempotency key changes nothing: it is
  /// `replayed` where the input is the same to the byte, `keyReused` where it differs. `queueFull` saves nothing: that
  /// many jobs or more are waiting already. Of many twins at once, in any processes, exactly one is accepted.
  func submit(_ job: NewJob, queueLimit: Int, at now: Timestamp) async throws(StoreError) -> Submission

  /// Takes up to `room` waiting jobs of `kinds`, oldest first, for this member: `started` becomes `running` under a new
  /// epoch with one attempt more. No job is ever claimed by two members at once. Also renews this member's lease.
  func claim(_ room: Int, of kinds: Set<JobKind>, at now: Timestamp) async throws(StoreError) -> [Claim]

  /// Heartbeat, progress, fence and cancel check in one write: renews this member's lease, stores each report whose
  /// epoch still stands, and returns the tenures that are over (cancelled, or taken over), whose work has to stop.
  func renew(_ reports: [JobReport], at now: Timestamp) async throws(StoreError) -> [Tenure]

  /// Ends attempts, all in one transaction; one answer for each. False where the epoch is over, and nothing changed:
  /// cancel and take-over win against a late finish, and a result stored once is never replaced. `release` gives the job
  /// back to the queue. The last report of the work is stored with its end.
  @discardableResult
  func finish(_ ends: [JobEnd], at now: Timestamp) async throws(StoreError) -> [Bool]

  /// Cancels: `started` or `running` becomes `cancelled`, durably, before this returns, and the holder's epoch is over.
  /// Cancelled stays cancelled; complete and failed stay as they are. Concurrent with `finish`, exactly one wins.
  func cancel(_ id: JobID, at now: Timestamp) async throws(StoreError) -> CancelOutcome

  /// The job as it stands, or `nil` if there never was one.
  func read(_ id: JobID) async throws(StoreError) -> Job?

  /// The result's bytes: there if, and only if, the job is complete.
  func result(of id: JobID) async throws(StoreError) -> [UInt8]?

  /// One page in order of id. Its cost depends on its length, not on the number of jobs.
  func list(_ query: JobQuery) async throws(StoreError) -> [Job]

  /// Gives the running jobs of dead members back to the queue, and of members whose lease is over though they live. A
  /// death costs the job its attempt: one that has had `attempts` is failed as `worker-lost`. Returns the jobs it moved.
  @discardableResult
  func reap(attempts: Int, at now: Timestamp) async throws(StoreError) -> [JobID]

  /// The tenures this member has in the store now. Cheap (a read of its running jobs): what a runner holds and this
  /// doesn't name was cancelled or taken over.
  func tenures() async throws(StoreError) -> [Tenure]

  /// Whether any job of `kinds` is waiting. A cheap read, to spare an idle runner the write of an empty claim.
  func hasWaiting(of kinds: Set<JobKind>) async throws(StoreError) -> Bool

  /// The newest change number given.
  func newestChange() async throws(StoreError) -> Int64

  /// The jobs changed after `change`, in order of their change numbers, at most `limit`.
  func changes(after change: Int64, limit: Int) async throws(StoreError) -> [JobChange]

  /// Yields soon after a commit of any member, this one included, may have changed jobs. Only a hint: several commits
  /// may give one ring, and there may be a ring without a change; a slow safety ring covers a lost one.
  func rings() -> AsyncStream<Void>

  /// The store as one member sees it. Throws where the store can't be read; `canWrite` tells of the last write.
  func health() async throws(StoreError) -> StoreHealth
}

/// What a submitter hands in.
public struct NewJob: Hashable, Sendable {
  public var kind: JobKind
  public var owner: String
  public var input: [UInt8]
  public var idempotencyKey: String?

  public init(kind: JobKind, owner: String = "", input: [UInt8], idempotencyKey: String? = nil) {
    self.kind = kind
    self.owner = owner
    self.input = input
    self.idempotencyKey = idempotencyKey
  }
}

public enum Submission: Hashable, Sendable {
  case accepted(JobID)
  case replayed(JobID)
  case keyReused(JobID)
  case queueFull
}

/// One member's hold on one job during one attempt: the right to write for it until the epoch is over.
public struct Tenure: Hashable, Sendable {
  public var id: JobID
  public var epoch: Int64

  public init(id: JobID, epoch: Int64) {
    self.id = id
    self.epoch = epoch
  }
}

/// A job taken to be worked on.
public struct Claim: Hashable, Sendable {
  public var tenure: Tenure
  public var kind: JobKind
  public var input: [UInt8]
  /// 1 for the first attempt.
  public var attempt: Int

  public init(tenure: Tenure, kind: JobKind, input: [UInt8], attempt: Int) {
    self.tenure = tenure
    self.kind = kind
    self.input = input
    self.attempt = attempt
  }
}

/// What a holder tells of one job it works on; `progress` is `nil` where there is no news.
public struct JobReport: Hashable, Sendable {
  public var tenure: Tenure
  public var progress: JobProgress?

  public init(tenure: Tenure, progress: JobProgress? = nil) {
    self.tenure = tenure
    self.progress = progress
  }
}

/// The end of one attempt.
public struct JobEnd: Hashable, Sendable {
  public var tenure: Tenure
  public var outcome: JobOutcome
  /// The last report that was not yet written.
  public var progress: JobProgress?

  public init(tenure: Tenure, outcome: JobOutcome, progress: JobProgress? = nil) {
    self.tenure = tenure
    self.outcome = outcome
    self.progress = progress
  }
}

extension JobStore {
  /// ``finish(_:at:)`` of one attempt.
  @discardableResult
  public func finish(_ tenure: Tenure, as outcome: JobOutcome, at now: Timestamp) async throws(StoreError) -> Bool {
    try await finish([JobEnd(tenure: tenure, outcome: outcome)], at: now) == [true]
  }
}

/// How an attempt ends.
public enum JobOutcome: Hashable, Sendable {
  /// The result's bytes are stored in the same transaction.
  case complete([UInt8])
  case fail(JobFailure)
  /// Back to the queue without an outcome and without charge: the attempt did not count.
  case release

  public var event: JobEvent {
    switch self {
    case .complete: .complete
    case .fail: .fail
    case .release: .release
    }
  }
}

public enum CancelOutcome: Hashable, Sendable {
  /// It is cancelled, by this call or an earlier one.
  case cancelled
  /// It had ended before: complete or failed.
  case alreadyFinished(JobStatus)
  case unknown
}

/// Which jobs a page shows.
public struct JobQuery: Hashable, Sendable {
  public var kind: JobKind
  public var owner: String
  /// Only these; empty: all.
  public var statuses: Set<JobStatus>
  /// Only these; `nil`: all.
  public var ids: Set<JobID>?
  /// Only jobs behind this one in the page's order.
  public var after: JobID?
  public var ascending: Bool
  public var limit: Int

  public init(
    kind: JobKind, owner: String = "", statuses: Set<JobStatus> = [], ids: Set<JobID>? = nil, after: JobID? = nil,
    ascending: Bool = true, limit: Int
  ) {
    self.kind = kind
    self.owner = owner
    self.statuses = statuses
    self.ids = ids
    self.after = after
    self.ascending = ascending
    self.limit = limit
  }
}

/// A job's last change.
public struct JobChange: Hashable, Sendable {
  public var id: JobID
  public var change: Int64
  public var status: JobStatus

  public init(id: JobID, change: Int64, status: JobStatus) {
    self.id = id
    self.change = change
    self.status = status
  }
}

/// A store's state for operators.
public struct StoreHealth: Hashable, Sendable {
  /// For people: "sqlite 3.40.1".
  public var engine: String
  public var canWrite: Bool
  /// Jobs that wait.
  public var queued: Int
  /// The members that live.
  public var members: [Member]

  public init(engine: String, canWrite: Bool, queued: Int, members: [Member]) {
    self.engine = engine
    self.canWrite = canWrite
    self.queued = queued
    self.members = members
  }

  public struct Member: Hashable, Sendable {
    public var pid: Int32
    public var startedAt: Timestamp
    /// Jobs it works on.
    public var running: Int

    public init(pid: Int32, startedAt: Timestamp, running: Int) {
      self.pid = pid
      self.startedAt = startedAt
      self.running = running
    }
  }
}
