public import Logging
public import ServiceLifecycle

/// The background actor: takes waiting jobs when it has room, runs each as a task of its own on threads made for work,
/// writes their progress, interrupts what was cancelled or taken over, and takes over the jobs of dead siblings.
///
/// Has a thread of its own, so that somebody's work never makes a heartbeat late.
public actor JobRunner: Service {
  public struct Configuration: Sendable {
    /// Jobs worked on at once; 0 makes a member that runs none but still takes jobs from the dead.
    public var jobs = 8
    /// How often a job may be begun whose process dies under it.
    public var attempts = 3
    /// The time between two writes of progress, and between two looks at the siblings.
    public var beat = Duration.milliseconds(250)
    /// The time between two renewals of the lease while there is no progress to write.
    public var renewal = Duration.seconds(2)

    public init() {}
  }

  let store: any JobStore
  let configuration: Configuration
  let logger: Logger
  private let workloads: [JobKind: any Workload]
  private let kinds: Set<JobKind>
  private let workExecutor: WorkExecutor
  private let ownThread = OwnThreadExecutor(name: "runner")
  private let ended = EndedJobs()
  private var running: [JobID: RunningJob] = [:]
  /// Finishes that are being written.
  private var finishing = 0
  private var isClaiming = false
  private var isReaping = false
  private var isRenewing = false
  private var isDraining = false
  private var lastRenewal = ContinuousClock.now
  private var whenEmpty: [CheckedContinuation<Void, Never>] = []

  public nonisolated var unownedExecutor: UnownedSerialExecutor { ownThread.asUnownedSerialExecutor() }

  /// One workload for each kind.
  public init(
    store: any JobStore, workloads: [any Workload], configuration: Configuration = Configuration(), logger: Logger
  ) {
    self.store = store
    self.configuration = configuration
    self.logger = logger
    self.workloads = Dictionary(uniqueKeysWithValues: workloads.map { ($0.kind, $0) })
    kinds = Set(self.workloads.keys)
    workExecutor = WorkExecutor(threads: configuration.jobs)
  }

  /// Works until graceful shutdown (or cancellation), then gives back what it runs and returns when the store knows.
  public func run() async throws {
    let heartbeat = Heartbeat(every: configuration.beat) { Task.immediate { await self.beat() } }
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown {
        // A ring tells of work to do, or to stop: nothing to a member that does none.
        for await _ in self.configuration.jobs > 0 ? self.store.rings() : .silence { await self.look() }
      }
    } onGracefulShutdown: {
      self.drain()
    }
    giveBack()
    heartbeat.stop()
    await emptied()
  }

  /// Claims nothing more and gives back what runs, without charge: a sibling goes on with it. The first call counts.
  public nonisolated func drain() {
    Task.immediate { await self.giveBack() }
  }

  // MARK: - What tells it to look

  private func beat() async {
    await reap()
    await renew()
    claimSoon()
  }

  /// After a ring: stops what is no longer ours, and takes what waits.
  private func look() async {
    if !running.isEmpty {
      do {
        let held = Set(try await store.tenures())
        for job in running.values where !held.contains(job.tenure) { interrupt(job) }
      } catch {
        logger.error("look", metadata: ["error": "\(error)"])
      }
    }
    claimSoon()
  }

  private func interrupt(_ job: RunningJob) {
    guard !job.isOver else { return }
    logger.info("work interrupted", metadata: ["job": "\(job.tenure.id)", "attempt": "\(job.claim.attempt)"])
    job.interrupt()
  }

  private func renew() async {
    guard !running.isEmpty, !isRenewing else { return }
    let reports = running.values.map { JobReport(tenure: $0.tenure, progress: $0.takeNews()) }
    let isDue = ContinuousClock.now - lastRenewal >= configuration.renewal
    guard isDue || reports.contains(where: { $0.progress != nil }) else { return }
    isRenewing = true
    defer { isRenewing = false }
    do {
      for tenure in try await store.renew(reports, at: .now) {
        if let job = running[tenure.id], job.tenure == tenure { interrupt(job) }
      }
      lastRenewal = .now
    } catch {
      logger.error("renew", metadata: ["error": "\(error)"])
      for report in reports {
        if let progress = report.progress { running[report.tenure.id]?.keepNews(progress) }
      }
    }
  }

  private func reap() async {
    guard !isReaping else { return }
    isReaping = true
    defer { isReaping = false }
    do {
      let moved = try await store.reap(attempts: configuration.attempts, at: .now)
      if !moved.isEmpty { logger.notice("jobs taken from dead processes", metadata: ["jobs": "\(moved)"]) }
    } catch {
      logger.error("reap", metadata: ["error": "\(error)"])
    }
  }

  // MARK: - Taking and working

  private var room: Int { isDraining ? 0 : configuration.jobs - running.count }

  /// Claims once the ends and rings that wait in line were heard, so that one claim fills all the room there is.
  private func claimSoon() {
    guard !isClaiming, room > 0 else { return }
    isClaiming = true
    Task { await claim() }
  }

  private func claim() async {
    var mayBeMore = false
    do {
      if room > 0, try await store.hasWaiting(of: kinds) {
        let wanted = room
        let claims = try await store.claim(wanted, of: kinds, at: .now)
        lastRenewal = .now
        for claim in claims { start(claim) }
        mayBeMore = claims.count == wanted
      }
    } catch {
      logger.error("claim", metadata: ["error": "\(error)"])
    }
    isClaiming = false
    if mayBeMore { claimSoon() }
    tellWhenEmpty()
  }

  private func start(_ claim: Claim) {
    guard let workload = workloads[claim.kind], !isDraining else {
      store([JobEnd(tenure: claim.tenure, outcome: .release)])
      return
    }
    let job = RunningJob(claim)
    running[claim.tenure.id] = job
    job.run(in: launch(workload, job))
  }

  /// Starts the work on the threads made for it; not isolated, or it would begin on the runner's own.
  private nonisolated func launch(_ workload: any Workload, _ job: RunningJob) -> Task<Void, Never> {
    Task(executorPreference: workExecutor) {
      let result = await Self.work(workload, job)
      // Whoever is first asks the actor; those who end until it looks are taken with it.
      if self.ended.add(EndedJob(job: job, result: result)) { await self.takeEnds() }
    }
  }

  private static func work(_ workload: any Workload, _ job: RunningJob) async -> Result<[UInt8], any Error> {
    let context = JobContext(id: job.tenure.id, attempt: job.claim.attempt, epoch: job.tenure.epoch) { job.report($0) }
    do {
      return .success(try await workload.run(job.claim.input, in: context))
    } catch {
      return .failure(error)
    }
  }

  // MARK: - Ends

  /// Takes what ended since it was last asked: their slots are free, and all their ends go to the store together.
  private func takeEnds() {
    var ends: [JobEnd] = []
    for ended in ended.takeAll() {
      let job = ended.job
      if running[job.tenure.id] === job { running[job.tenure.id] = nil }
      // Interrupted work has nothing to write, for its epoch is over; what a drain interrupts was given back by it.
      if !job.isOver { ends.append(end(of: ended)) }
    }
    store(ends)
    claimSoon()
    tellWhenEmpty()
  }

  private func end(of ended: EndedJob) -> JobEnd {
    let outcome: JobOutcome =
      switch ended.result {
      case .success(let bytes): .complete(bytes)
      case .failure(let failure as JobFailure): .fail(failure)
      case .failure(let error): failure(of: ended.job, error)
      }
    return JobEnd(tenure: ended.job.tenure, outcome: outcome, progress: ended.job.takeNews())
  }

  private func failure(of job: RunningJob, _ error: any Error) -> JobOutcome {
    logger.error("work failed", metadata: ["job": "\(job.tenure.id)", "error": "\(error)"])
    return .fail(JobFailure(code: "work-failed", detail: "The work ended with an error."))
  }

  /// Writes ends, again and again until the store has taken them: finished work is not lost to a full disk.
  private func store(_ ends: [JobEnd]) {
    guard !ends.isEmpty else { return }
    finishing += 1
    Task {
      while true {
        do throws(StoreError) {
          let stand = try await store.finish(ends, at: .now)
          for (end, stands) in zip(ends, stand) where !stands {
            logger.info("late end refused", metadata: ["job": "\(end.tenure.id)"])
          }
          break
        } catch {
          logger.error("finish", metadata: ["jobs": "\(ends.map(\.tenure.id))", "error": "\(error)"])
          if error.code != .unavailable { break }
          try? await Task.sleep(for: configuration.beat)
        }
      }
      finishing -= 1
      tellWhenEmpty()
    }
  }

  private func giveBack() {
    guard !isDraining else { return }
    isDraining = true
    var ends: [JobEnd] = []
    for job in running.values where !job.isOver {
      job.interrupt()
      ends.append(JobEnd(tenure: job.tenure, outcome: .release))
    }
    store(ends)
  }

  /// Waits until every end is written. Work that doesn't listen runs on unheard: it is given back, and not waited for.
  private func emptied() async {
    await withCheckedContinuation { waiter in
      whenEmpty.append(waiter)
      tellWhenEmpty()
    }
  }

  private func tellWhenEmpty() {
    guard finishing == 0, !isClaiming else { return }
    let waiters = whenEmpty
    whenEmpty = []
    for waiter in waiters { waiter.resume() }
  }
}

extension AsyncStream<Void> {
  /// Never yields, and ends with the task that listens.
  fileprivate static var silence: Self { AsyncStream { _ in } }
}
