/// The work of one kind of job: the place to put in your own.
///
/// Runs on threads made for work, which may compute and block. It runs at least once for each job (again after a crash),
/// so what it does outside the store should bear repetition, or be fenced by ``JobContext/epoch``.
public protocol Workload: Sendable {
  /// Does the work and returns the result's bytes, at most ``WorkPolicy/resultLimit`` of them. Throw ``JobFailure`` to fail
  /// for good with a code of your own, ``JobRetry`` to be tried again and fail with it in the end, and ``WorkNotBegun`` where
  /// what runs the work could not be started; after any other error the job is tried again as its policy says, and in the
  /// end fails as `work-failed`. When the job is cancelled, taken over or out of time the task is cancelled: suspend, or call
  /// `Task.checkCancellation()`, now and then. Work that does neither runs on: its thread and its slot are lost until it
  /// ends, and its result is dropped.
  /// `withTaskCancellationHandler` hears of it at once, on the runner's own thread: a handler must not wait.
  ///
  /// Programs that it starts block and ignore no signal, so that `terminate()` ends them; they are as nice as the thread.
  @concurrent
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8]
}

/// What a running workload knows of its job.
public struct JobContext: Sendable {
  public let id: JobID
  public let kind: JobKind
  /// The user that the job belongs to; empty where users do not log in.
  public let owner: JobOwner
  /// The `traceparent` (W3C Trace Context) that the job was submitted with, for calls that the work makes.
  public let traceParent: String?
  /// 1 for the first attempt.
  public let attempt: Int
  /// Rises with every attempt: a fencing token for what the work writes elsewhere.
  public let epoch: Int64
  /// When the attempt is out of time, by the wall clock as it was when the attempt began; `nil` where its kind has no limit.
  public let deadline: Timestamp?
  let reporter: @Sendable (JobProgress) -> Void
  let logKeeper: @Sendable ([UInt8]) -> Void
  let recorder: @Sendable (WorkProcess) async throws -> Void
  let files: AttemptFiles
  let inputFileReader: @Sendable () async throws -> [InputFile]
  let jobReader: @Sendable (JobQuery) async throws -> [Job]

  /// Pass your own `reporter` to run a workload in a test of its own; the runner makes contexts otherwise.
  public init(
    id: JobID, kind: JobKind = JobKind(rawValue: "test"), owner: JobOwner = "", traceParent: String? = nil,
    attempt: Int, epoch: Int64, deadline: Timestamp? = nil,
    files: [DeclaredFile] = [], in fileStore: (any FileStore)? = nil,
    inputFiles: [InputFile] = [], jobReader: @escaping @Sendable (JobQuery) async throws -> [Job] = { _ in [] },
    logKeeper: @escaping @Sendable ([UInt8]) -> Void = { _ in },
    recorder: @escaping @Sendable (WorkProcess) async throws -> Void = { _ in },
    reporter: @escaping @Sendable (JobProgress) -> Void
  ) {
    self.id = id
    self.kind = kind
    self.owner = owner
    self.traceParent = traceParent
    self.attempt = attempt
    self.epoch = epoch
    self.deadline = deadline
    self.logKeeper = logKeeper
    self.recorder = recorder
    self.reporter = reporter
    self.files = AttemptFiles(files, in: fileStore)
    inputFileReader = { inputFiles }
    self.jobReader = jobReader
  }

  init(
    of job: RunningJob, inputFileReader: @escaping @Sendable () async throws -> [InputFile],
    jobReader: @escaping @Sendable (JobQuery) async throws -> [Job],
    recorder: @escaping @Sendable (WorkProcess) async throws -> Void
  ) {
    self.inputFileReader = inputFileReader
    self.jobReader = jobReader
    id = job.tenure.id
    kind = job.claim.kind
    owner = job.claim.owner
    traceParent = job.claim.traceParent
    attempt = job.claim.attempt
    epoch = job.tenure.epoch
    deadline = job.deadline
    logKeeper = { job.keepLog($0) }
    self.recorder = recorder
    reporter = { job.report($0) }
    files = job.files
  }

  /// Reports how far the work is: `completed` of `total` units, and the name of the step (at most 256 bytes). Cheap and never
  /// blocks; reports are written a few times a second, the last one always. May be called from any thread.
  public func report(_ step: String, completed: Int, of total: Int) {
    reporter(.units(completed, of: total, step: step))
  }

  /// Keeps `bytes` as the attempt's log, in the place of what was kept before. Never blocks; may be called from any thread. The
  /// newest log is written about once a second, and always when the work has returned, interrupted or not. All of it is
  /// written each time: keep it short. Of more than 64 MiB only the last are kept.
  public func keepLog(_ bytes: [UInt8]) {
    logKeeper(bytes)
  }

  /// A new file of the result, empty: one that the kind declares (``WorkPolicy/files``), of one of its types. When the work
  /// returns each declared file must have been made; they are on disk before the job is complete. Those of an attempt that
  /// comes to anything else are removed.
  ///
  /// Throws ``JobFailure`` (`bad-result`) for a file or type that isn't declared, and for a second one of a name;
  /// ``WorkNotBegun`` where the store's files can't be written, which costs the job no attempt. Blocks.
  public func makeFile(_ name: String, type: String) throws -> ResultFile {
    try files.make(name, type: type)
  }

  /// The files that came with the job, in order of their names' declaration and then of their numbers as they were sent.
  public func inputFiles() async throws -> [InputFile] {
    try await inputFileReader()
  }

  /// One of ``inputFiles()``, open for reading: the caller closes the descriptor. Throws ``WorkNotBegun`` where the store's files
  /// can't be read, which costs the job no attempt. Blocks.
  public func open(_ file: InputFile) throws -> Int32 {
    try files.open(file.file.stored)
  }

  /// A page of the store's jobs of `kind` behind `id`, in order of id and with their inputs: of those whose owner is this job's.
  /// A job without an owner reads those without one. The page has at most `limit` jobs, and ends early with the job that brings
  /// its inputs to `inputBytes`; only where nothing is left it is empty.
  ///
  /// Each page is one short read, which sees the jobs as they are then, and holds up no write: keep it below a few hundred
  /// jobs. Walking the pages skips and repeats no job. Blocks for the length of the read.
  public func jobs(
    of kind: JobKind, after id: JobID? = nil, limit: Int, inputBytes: Int = .max
  ) async throws -> [Job] {
    try await jobReader(JobQuery(kind: kind, after: id, limit: limit, inputBytes: inputBytes))
  }

  /// Names the process that stands for all that this attempt starts. When this returns the name is on disk, and no other
  /// attempt of the job begins before that process has ended, whatever becomes of this one. Start it, record it, and let it
  /// begin only then. A second one takes the place of the first.
  ///
  /// Throws where the attempt is over (`CancellationError`) or the store can't be written (``WorkNotBegun``): the process must
  /// not begin. Only for kinds with ``WorkPolicy/oneAttemptAtATime``.
  public func record(_ process: WorkProcess) async throws {
    try await recorder(process)
  }
}
