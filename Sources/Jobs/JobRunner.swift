public import Logging
public import ServiceLifecycle

/// The background actor: takes waiting jobs when it has room, runs each as a task of its own on threads made for work,
/// writes their progress, interrupts what was cancelled, taken over or is out of time, tries again what failed, and takes
/// over the jobs of dead siblings.
///
/// Has a thread of its own, so that somebody's work never makes a heartbeat late.
public actor JobRunner: Service {
  public struct Configuration: Sendable {
    /// Slots for works of all kinds. Beside them each kind of which nothing runs here has one of its own, so that no kind
    /// waits behind the others. 0 makes a member that runs none but still takes jobs from the dead.
    public var jobs = 8
    /// The time between two writes of progress, between two looks at the siblings, and between two looks for what is
    /// out of time or due again.
    public var beat = Duration.milliseconds(200)
    /// The time between two renewals of the lease while there is no progress to write.
    public var renewal = Duration.seconds(2)
    /// The time between two writes of an attempt's log, while the attempt goes on.
    public var logging = Duration.seconds(1)
    /// Work that runs on for so long after it was interrupted is reported as ignoring it, unless its kind says otherwise.
    public var patience = Duration.seconds(5)
    /// How long a runner that is cancelled waits for the store to take what it gives back.
    public var farewell = Duration.seconds(2)
    /// What siblings and operators are told of the programs that works run; `nil` where they run none.
    public var programs: ProgramConfinement?

    public init() {}
  }

  private static let mostTroubles = 16

  let store: any JobStore
  let configuration: Configuration
  let logger: Logger
  let works: [JobKind: RunningKind]
  let ender: (any WorkProcessEnder)?
  let files: (any FileStore)?
  let workExecutor: WorkExecutor
  let ended = EndedJobs()
  let meters = RunnerMeters()
  /// All whose work has not returned, interrupted ones too: each holds a thread.
  var running: [Tenure: RunningJob] = [:]
  /// Orphans whose end was asked for, and is not yet known.
  var ending: Set<Tenure> = []
  /// Orphans that may live, by the last answer.
  var unended: [Tenure: WorkTrouble] = [:]
  /// Groups of ends, and of slots to be freed, that are being written.
  var finishing = 0
  var isClaiming = false
  /// Whether something may wait that the claim on its way did not see.
  var isLookDue = false
  /// The claim on its way, while it waits for something to take.
  var standing: StandingClaim?
  /// When the drain began.
  var drainBegin: MonotonicTime?
  var lastRenewal = ContinuousClock.now
  let ownThread: OwnThreadExecutor
  private var isReaping = false
  /// The one on its way; there are never two.
  var renewal: Task<Void, Never>?
  private var toldState = MemberState()
  var whenEmpty: [CheckedContinuation<Void, Never>] = []

  public nonisolated var unownedExecutor: UnownedSerialExecutor { ownThread.asUnownedSerialExecutor() }

  /// One work for each kind, or this throws; so does one with files without `files`, where they are kept. With an `ender` it ends what dead and hanging members have started; without
  /// one it takes their jobs all the same, and leaves it to others to end that.
  public init(
    store: any JobStore, works: [Work], ender: (any WorkProcessEnder)? = nil, files: (any FileStore)? = nil,
    configuration: Configuration = Configuration(), logger: Logger
  ) throws(CompositionError) {
    var known: [JobKind: RunningKind] = [:]
    for work in works {
      guard known.updateValue(RunningKind(work), forKey: work.kind) == nil else {
        throw CompositionError("two works have the kind \"\(work.kind)\"")
      }
      guard files != nil || work.policy.files.isEmpty else {
        throw CompositionError("work of the kind \"\(work.kind)\" has files, and nothing keeps them")
      }
    }
    self.store = store
    self.configuration = configuration
    self.logger = logger
    self.works = known
    self.ender = ender
    self.files = files
    let noThread: @Sendable (any Error) -> Void = { error in
      logger.error("a thread can't be started, and is tried again", metadata: ["error": "\(error)"])
    }
    ownThread = OwnThreadExecutor(name: "runner", onFailure: noThread)
    workExecutor = WorkExecutor(
      threads: configuration.jobs > 0 ? configuration.jobs + known.count : 0, onFailure: noThread)
  }

  /// The kinds that it works on.
  public nonisolated var kinds: Set<JobKind> { Set(works.keys) }

  /// Works until graceful shutdown (or cancellation), then drains, and returns when the store knows the end of all that ran
  /// here, which it waits for as long as it isn't cancelled. A cancellation interrupts what runs on. What the store doesn't
  /// take is taken over by siblings, as from the dead.
  public func run() async throws {
    let heartbeat = try Heartbeat(every: configuration.beat) { Task.immediate { await self.beat() } }
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown { await self.listen() }
    } onGracefulShutdown: {
      self.drain()
    }
    giveBack()
    // What runs on may be cancelled.
    let listening = isAwaited ? Task { await listen() } : nil
    await emptied()
    listening?.cancel()
    heartbeat.stop()
  }

  // MARK: - What tells it to look

  private func listen() async {
    // A ring tells of work to do, or to stop: nothing to a member that does none.
    let rings = configuration.jobs > 0 ? store.workRings() : .silence
    claimSoon()
    await withTaskExecutorPreference(ownThread) {
      for await _ in rings { await look() }
    }
  }

  private func beat() async {
    guard !isDraining || isAwaited else { return }
    endWhatIsLate()
    await reap()
    await endOrphans()
    await renew()
    await lookForWork()
  }

  /// After a ring: stops what is no longer ours, and takes what waits.
  private func look() async {
    if !running.isEmpty {
      do {
        // What is claimed while the store is asked is not among what it is asked for.
        let jobs = running
        let held = Set(try await store.tenures())
        for (tenure, job) in jobs where !held.contains(tenure) { interrupt(job) }
      } catch {
        logger.error("look", metadata: ["error": "\(error)"])
      }
    }
    await lookForWork()
  }

  private func interrupt(_ job: RunningJob) {
    guard !job.isOver else { return }
    logger.info("work interrupted", metadata: ["job": "\(job.tenure.id)", "attempt": "\(job.claim.attempt)"])
    job.interrupt(at: .now)
  }

  func renew() async {
    let state = state
    guard renewal == nil, !running.isEmpty || state != toldState else { return }
    let now = MonotonicTime.now
    let jobs = running.values.filter { !$0.isOver }
    let reports = jobs.map { $0.beginReport(after: configuration.logging, at: now) }
    let isDue = ContinuousClock.now - lastRenewal >= configuration.renewal
    let hasNews = reports.contains { $0.progress != nil || $0.log != nil }
    guard isDue || state != toldState || hasNews else { return }
    let renewal = Task {
      let isWritten = await tell(reports, as: state)
      for job in jobs { job.endReport(isWritten: isWritten) }
      self.renewal = nil
    }
    self.renewal = renewal
    await renewal.value
  }

  /// What siblings and operators are told of this member.
  private var state: MemberState {
    let notBegun = works.values.compactMap(\.trouble).sorted { $0.kind.rawValue < $1.kind.rawValue }
    let troubles = notBegun + unended.sorted { $0.key.id < $1.key.id }.map(\.value)
    return MemberState(
      ignoring: running.values.count { $0.isIgnoring }, isDraining: isDraining,
      troubles: Array(troubles.prefix(Self.mostTroubles)), programs: configuration.programs)
  }

  /// Whether the store has taken them.
  private func tell(_ reports: [JobReport], as state: MemberState) async -> Bool {
    do {
      for tenure in try await store.renew(reports, as: state, at: .now) {
        if let job = running[tenure] { interrupt(job) }
      }
      lastRenewal = .now
      toldState = state
      return true
    } catch {
      logger.error("renew", metadata: ["error": "\(error)"])
      return false
    }
  }

  private func reap() async {
    guard !isReaping else { return }
    isReaping = true
    defer { isReaping = false }
    do {
      let moved = try await store.reap(at: .now)
      meters.tookOver(moved.count)
      if !moved.isEmpty {
        let jobs = moved.prefix(10).map(\.description).joined(separator: ", ") + (moved.count > 10 ? ", …" : "")
        logger.notice(
          "jobs taken from dead processes", metadata: ["count": "\(moved.count)", "jobs": "[\(jobs)]"])
      }
    } catch {
      logger.error("reap", metadata: ["error": "\(error)"])
    }
  }

  /// Returns when its thread has come to it: not while that is held up.
  public func turn() {}
}

extension AsyncStream<Void> {
  /// Never yields, and ends with the task that listens.
  fileprivate static var silence: Self { AsyncStream { _ in } }
}
