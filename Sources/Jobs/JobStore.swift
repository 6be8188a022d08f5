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
  /// `replayed` where input and callback are the same to the byte, `keyReused` where one differs. Of many twins at once, in
  /// any processes, exactly one is accepted. `queueFull` and `overShare` save nothing: as many jobs or bytes as `limits`
  /// allow wait already, or half of them wait for this client. Only jobs of the same kind count.
  /// With the job its files get their names; of a job that is not accepted they have none. Files belong to a submission: a twin
  /// has the same names, numbers and digests.
  /// Where all that allows it, the job's condition is tested last; `preconditionFailed` saves nothing.
  func submit(_ job: NewJob, limits: QueueLimits, at now: Timestamp) async throws(StoreError) -> Submission

  /// Takes the waiting jobs that ``Room/choose(_:)`` chooses, oldest first, for this member: `started` becomes `running`
  /// under a new epoch with one attempt more. No job is ever claimed by two members at once. Also renews this member's
  /// lease, where more than a quarter of it is over.
  ///
  /// Each kind comes with the number of attempts its jobs have; it holds until the next claim, whichever member ends this
  /// one.
  ///
  /// Of a kind with ``Room/Kind/jobsInAll`` no more run at once in all members: each claimed job holds a slot from here
  /// until its work has returned (``JobEnd/hasReturned``, ``free(_:)``) or its member is dead. A member that lives keeps
  /// its slots when its lease is over, and a job that is cancelled or taken over keeps the slot of the work that runs on. A
  /// slot with a process (``record(_:of:)``) outlives its member too.
  ///
  /// The jobs of a kind with ``Room/Kind/oneAttemptAtATime`` hold slots as well. None of them is claimed while an earlier
  /// attempt of the same job holds one; others of its kind are claimed in its place. A slot without a process keeps the job
  /// waiting only as long as its member's lease: what has recorded nothing has begun nothing.
  ///
  /// A job that had a member die under it and has one attempt left runs alone: only a member that runs nothing takes it,
  /// and takes nothing else until it has ended. A busy member keeps itself free for such a job: it takes nothing more
  /// until it runs nothing, so that even on a busy service the job's turn comes. An idle member may take it first.
  func claim(_ room: Room, at now: Timestamp) async throws(StoreError) -> [Claim]

  /// Leaves a claim standing: it is carried out like ``claim(_:at:)``, at the end of each transaction of this member that
  /// leaves jobs waiting, until it takes some. So a job that finds a free slot is claimed with its submission, and the
  /// slot of a work that has returned takes the next job with the end of that work: as if the claim had come right behind
  /// that write, before any other member's. Its owner gets what it took before the transaction's other callers get the
  /// outcomes of their writes.
  ///
  /// There is one of each member, the last. It is withdrawn when the store closes. Where this member left jobs waiting while
  /// none stood, it is carried out at once. So nothing that the member itself writes, before or after, leaves a job
  /// waiting that it could take, as long as writes succeed; what other members submit it doesn't see.
  func stand(_ claim: StandingClaim, at now: @escaping @Sendable () -> Timestamp)

  /// Writes into the attempt's slot which process stands for what its work has started. False where the epoch is over or
  /// there is no slot, and nothing changed: the process must not begin.
  func record(_ process: WorkProcess, of tenure: Tenure) async throws(StoreError) -> Bool

  /// The processes of attempts whose member is gone, or has lost the job and its lease. Free the slot of one (``free(_:)``) that
  /// is known to have ended. This member's own are not among them. A cheap read: it looks at slots with a process alone.
  func orphans() async throws(StoreError) -> [Orphan]

  /// Heartbeat, progress, fence and cancel check in one write: renews this member's lease, stores what it tells of
  /// itself and each report whose epoch still stands, and returns the tenures that are over (cancelled, or taken over),
  /// whose work has to stop. Logs are stored in either case.
  func renew(
    _ reports: [JobReport], as state: MemberState, at now: Timestamp
  ) async throws(StoreError) -> [Tenure]

  /// Ends attempts, all in one transaction; one answer for each. False where the epoch is over, and nothing changed:
  /// cancel and take-over win against a late finish, and a result stored once is never replaced. The last report of the
  /// work is stored with its end; its log also with an end that comes too late.
  @discardableResult
  func finish(_ ends: [JobEnd], at now: Timestamp) async throws(StoreError) -> [Bool]

  /// Cancels: `started` or `running` becomes `cancelled`, durably, before this returns, and the holder's epoch is over.
  /// Cancelled stays cancelled; complete and failed stay as they are. Concurrent with `finish`, exactly one wins.
  ///
  /// Only a job that would become cancelled is tested against `condition`, by the number of its last change, in the
  /// transaction of the write. Where that doesn't hold nothing changes.
  func cancel(
    _ id: JobID, if condition: ChangeCondition, at now: Timestamp
  ) async throws(StoreError) -> CancelOutcome

  /// Removes a final job, as by ``expire(_:endedBefore:limit:at:)``: job, result, files, log, idempotency key and what is still to
  /// be told of its end are gone together, and a ``Tombstone`` stays. Where its last change is not `condition`'s, nothing
  /// changes.
  func remove(_ id: JobID, if condition: ChangeCondition, at now: Timestamp) async throws(StoreError) -> RemoveOutcome

  /// The job as it stands, or `nil` if there never was one. Without its input, which may be large, `input` is empty.
  func read(_ id: JobID, withInput: Bool) async throws(StoreError) -> Job?

  /// What is left of an expired job, or `nil` if there is no such job or it has not expired.
  func tombstone(of id: JobID) async throws(StoreError) -> Tombstone?

  /// The result's bytes: there if, and only if, the job is complete.
  func result(of id: JobID) async throws(StoreError) -> [UInt8]?

  /// How many bytes ``result(of:)`` has. Cheap, however many they are.
  func resultSize(of id: JobID) async throws(StoreError) -> Int?

  /// The files of the job's result, in the order in which its end named them: there where the job is complete and its kind
  /// has any.
  func files(of id: JobID) async throws(StoreError) -> [JobFile]

  /// The files that came with the job, in the order in which its submission named them.
  func inputFiles(of id: JobID) async throws(StoreError) -> [InputFile]

  /// The stored names of files whose jobs have expired, at most `limit`: to be removed, and then ``forgetFiles(_:)``.
  func expiredFiles(limit: Int) async throws(StoreError) -> [String]

  /// These of ``expiredFiles(limit:)`` are removed.
  func forgetFiles(_ stored: [String]) async throws(StoreError)

  /// Those of `stored` that no job names now.
  func unnamedFiles(among stored: [String]) async throws(StoreError) -> [String]

  /// Those of `stored` that nothing will ever name: no job does, and the member that made them is dead.
  func abandonedFiles(among stored: [String]) async throws(StoreError) -> [String]

  /// The log that the newest of the job's attempts to keep one has kept, whatever became of the job; `nil` where none has.
  /// A late log of an earlier attempt replaces none of a later one. It expires with the job. A log is no part of what is
  /// visible of a job: a new one has no change number, and rings no bell.
  func log(of id: JobID) async throws(StoreError) -> [UInt8]?

  /// One page in order of id. Its cost depends on its length, not on the number of jobs.
  func list(_ query: JobQuery) async throws(StoreError) -> [Job]

  /// A page of the jobs that are indexed and have all that is looked for in one passage of their texts, best first. How good a
  /// match is depends on its passage alone: walking pages neither skips nor repeats a job that was indexed at the start.
  func search(_ search: TextSearch) async throws(StoreError) -> TextPage

  /// Gives the running jobs of dead members back to the queue, and of members whose lease is over though they live. A
  /// death costs the job its attempt: one that has no more is failed as `worker-lost`, unless others ran beside it and may
  /// have caused the death; then it has one more, alone. Returns the jobs it moved.
  ///
  /// The slots of dead members are freed, but for those with a process, which may live: they stay until ``free(_:)``, or
  /// until the machine has been started anew.
  @discardableResult
  func reap(at now: Timestamp) async throws(StoreError) -> [JobID]

  /// Whether the jobs of `kind` that ended before `end` may expire by themselves, by `rule`. Remembers in the store what
  /// the rule needs of earlier readings of any member, and which kinds wait for an operator. Writes only where that has
  /// changed. No other kind's jobs have a part in the verdict, or in what it costs.
  func mayExpire(
    _ kind: JobKind, endedBefore end: Timestamp, by rule: ExpiryRule, at reading: ClockReading
  ) async throws(StoreError) -> ExpiryVerdict

  /// Expires up to `limit` jobs of `kind` that ended before `end`, oldest end first, and returns them. Ask
  /// ``mayExpire(_:endedBefore:by:at:)`` first. Job, result and idempotency key are gone together, in every read of every
  /// member; a ``Tombstone`` with a change number of its own stays. A job whose callback is still to be sent stays.
  @discardableResult
  func expire(
    _ kind: JobKind, endedBefore end: Timestamp, limit: Int, at now: Timestamp
  ) async throws(StoreError) -> [JobID]

  /// Records which kinds this process serves, and where. Writes only what differs from what the store has. A path belongs
  /// to the kind that was declared with it last: a kind that had it before is declared no longer.
  func declare(_ kinds: [DeclaredKind], at now: Timestamp) async throws(StoreError)

  /// The kinds that any process has declared, in order of their names. A cheap read.
  func declaredKinds() async throws(StoreError) -> [DeclaredKind]

  /// How many jobs wait of each kind that is not among `kinds`; a kind of which none waits is missing. A cheap read.
  func waitingCounts(except kinds: Set<JobKind>) async throws(StoreError) -> [JobKind: Int]

  /// Cancels the jobs of a kind that wait, and removes its declaration. Returns how many it cancelled. Each of them ends as
  /// by ``cancel(_:if:at:)``, in transactions of at most 500. Where one fails, those before it stand: drop the kind again.
  ///
  /// Running jobs are left to their members, and one that is given back afterwards waits again. Jobs that are submitted
  /// meanwhile are left too.
  @discardableResult
  func dropKind(_ kind: JobKind, at now: Timestamp) async throws(StoreError) -> Int

  /// The tenures this member has in the store now. Cheap (a read of its running jobs): what a runner holds and this
  /// doesn't name was cancelled or taken over.
  func tenures() async throws(StoreError) -> [Tenure]

  /// Whether this member's claim would find anything. A cheap read, to spare an idle or full runner the write of an empty
  /// claim.
  func hasWaiting(for room: Room) async throws(StoreError) -> Bool

  /// Frees the slots of works that were interrupted and have returned, those of ``claim(_:at:)`` that their ends have not
  /// freed, and stores their logs. Those that hold none are passed over.
  func free(_ works: [ReturnedWork]) async throws(StoreError)

  /// The store's own numbers. Cheap.
  func counts() async throws(StoreError) -> JobCounts

  /// The jobs of `scope` (`nil`: all) that changed or expired after `change`, in order of their change numbers and without
  /// their inputs. Looks at no more than `limit` changes of all jobs, so that it never takes long: one that looked at as
  /// many has to be asked again, after ``JobNews/through``.
  func news(after change: Int64, of scope: JobScope?, limit: Int) async throws(StoreError) -> JobNews

  /// Yields soon after a commit of any member, this one included, may have changed jobs. Only a hint: several commits
  /// may give one ring, and there may be a ring without a change; a slow safety ring covers a lost one.
  func rings() -> AsyncStream<Void>

  /// Like ``rings()``, for a member that works and has a claim standing: after a commit of this member itself it yields only
  /// where that commit cancelled a running job.
  func workRings() -> AsyncStream<Void>

  /// The store as one member sees it. Throws where the store can't be read; `fault` tells of the last write.
  func health() async throws(StoreError) -> StoreHealth
}

/// What a submitter hands in.
public struct NewJob: Hashable, Sendable {
  public var kind: JobKind
  public var owner: JobOwner
  public var input: [UInt8]
  /// On disk already.
  public var files: [InputFile]
  /// Bytes that the files of all jobs may have together, results included, and half of it those of one owner with a name;
  /// `nil`: any number. Not stored, and tested only where the job comes with files.
  public var roomForFiles: Int64?
  public var idempotencyKey: String?
  /// Where to tell of its end: see ``CallbackOutbox``. Kept apart from the job, and shown by no read of it.
  public var callback: String?
  /// The client in whose share of the queue the job counts while it waits; `nil`: in none. The store keeps a keyed hash of it
  /// until the job is final.
  public var client: [UInt8]?
  /// The `traceparent` (W3C Trace Context) that it was submitted with. Its work gets it (``JobContext/traceParent``); no read shows it.
  public var traceParent: String?
  /// What must hold of the newest change number of the store when the job is saved. Not stored.
  public var condition: ChangeCondition

  public init(
    kind: JobKind, owner: JobOwner = "", input: [UInt8], files: [InputFile] = [], idempotencyKey: String? = nil,
    callback: String? = nil,
    client: [UInt8]? = nil, traceParent: String? = nil, condition: ChangeCondition = .none
  ) {
    self.kind = kind
    self.owner = owner
    self.input = input
    self.files = files
    self.idempotencyKey = idempotencyKey
    self.callback = callback
    self.client = client
    self.traceParent = traceParent
    self.condition = condition
  }
}

/// How much may wait of one kind. A job is refused that would make it more, except where none of its kind waits.
public struct QueueLimits: Hashable, Sendable {
  public var jobs: Int
  /// Of inputs.
  public var bytes: Int

  public init(jobs: Int = 100_000, bytes: Int = 1 << 30) {
    self.jobs = jobs
    self.bytes = bytes
  }

  /// What of it one client may have.
  public var share: QueueLimits { QueueLimits(jobs: jobs / 2, bytes: bytes / 2) }
}

public enum Submission: Hashable, Sendable {
  case accepted(JobID)
  case replayed(JobID)
  case keyReused(JobID)
  case queueFull
  /// The client has its share of the queue already.
  case overShare
  case preconditionFailed
  /// With its files there would be more bytes of files than the job's room allows.
  case noRoomForFiles
  /// Its owner would have more than half of that room.
  case overShareOfFiles
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
  public var owner: JobOwner
  public var input: [UInt8]
  /// 1 for the first attempt.
  public var attempt: Int
  public var acceptedAt: Timestamp
  /// As it was submitted: ``NewJob/traceParent``.
  public var traceParent: String?

  /// Attempts before this one that were begun and not charged.
  public var uncharged: Int { max(0, Int(tenure.epoch - 1) / 2 - (attempt - 1)) }

  public init(
    tenure: Tenure, kind: JobKind, owner: JobOwner = "", input: [UInt8], attempt: Int, acceptedAt: Timestamp,
    traceParent: String? = nil
  ) {
    self.tenure = tenure
    self.kind = kind
    self.owner = owner
    self.input = input
    self.attempt = attempt
    self.acceptedAt = acceptedAt
    self.traceParent = traceParent
  }
}

extension JobStore {
  /// The job as it stands, with its input.
  public func read(_ id: JobID) async throws(StoreError) -> Job? {
    try await read(id, withInput: true)
  }

  /// The newest change number given.
  public func newestChange() async throws(StoreError) -> Int64 {
    try await counts().newestChange
  }

  /// ``free(_:)`` of works without a log.
  public func free(_ tenures: [Tenure]) async throws(StoreError) {
    try await free(tenures.map { ReturnedWork(tenure: $0) })
  }

  /// Cancels without a condition.
  public func cancel(_ id: JobID, at now: Timestamp) async throws(StoreError) -> CancelOutcome {
    try await cancel(id, if: .none, at: now)
  }

  /// ``finish(_:at:)`` of one attempt.
  @discardableResult
  public func finish(_ tenure: Tenure, as outcome: JobOutcome, at now: Timestamp) async throws(StoreError) -> Bool {
    try await finish([JobEnd(tenure: tenure, outcome: outcome)], at: now) == [true]
  }
}

public enum CancelOutcome: Hashable, Sendable {
  /// It is cancelled, by this call or an earlier one.
  case cancelled
  /// It had ended before: complete or failed.
  case alreadyFinished(JobStatus)
  /// It could have been cancelled, and the condition doesn't hold.
  case preconditionFailed
  case unknown
}

public enum RemoveOutcome: Hashable, Sendable {
  case removed
  /// It waits or is running, and stays.
  case notFinal(Job)
  case preconditionFailed
  case unknown
}
