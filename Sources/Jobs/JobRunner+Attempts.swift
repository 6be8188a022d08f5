import Glibc
import Logging

/// Taking jobs, and what each attempt comes to.
extension JobRunner {
  /// What may begin here now.
  private var room: Room {
    guard !isDraining, configuration.jobs > 0 else { return Room() }
    let kinds = works.mapValues { kind in
      let here = running.values.count { $0.kind === kind }
      let policy = kind.policy
      return Room.Kind(
        attempts: policy.attempts.attempts, jobs: policy.jobs.map { max(0, $0 - here) } ?? .max, isIdle: here == 0,
        jobsInAll: policy.jobsInAll, oneAttemptAtATime: policy.oneAttemptAtATime)
    }
    return Room(shared: max(0, configuration.jobs - running.count), kinds: kinds, others: company)
  }

  /// Who works beside a job that is to run alone. What ignores its interruption would be there for ever, and keep all
  /// others away.
  private var company: Int { running.values.count { !$0.isIgnoring } }

  /// Has what waits claimed, once the ends and rings that wait in line were heard. From then on a claim is on its way or
  /// stands, until the drain or an error of the store.
  func claimSoon() {
    isLookDue = true
    guard !isClaiming, configuration.jobs > 0, !isDraining else { return }
    isClaiming = true
    Task(executorPreference: ownThread) { await self.claim() }
  }

  /// Claims what waits; while nothing does that has room, leaves a claim standing for what will.
  private func claim() async {
    do {
      while !isDraining {
        var hasFound = false
        while isLookDue, !hasFound {
          isLookDue = false
          hasFound = try await store.hasWaiting(for: room)
        }
        let claims = hasFound ? try await store.claim(room, at: .now) : await stand()
        for claim in claims { start(claim) }
        meterRunning()
        // The store has withdrawn the claim, because it closes.
        if !hasFound, claims.isEmpty, !isLookDue { break }
      }
    } catch {
      logger.error("claim", metadata: ["error": "\(error)"])
    }
    isClaiming = false
    tellWhenEmpty()
  }

  private func stand() async -> [Claim] {
    // The drain withdraws no claim that stands after it began.
    guard !isDraining else { return [] }
    let claim = StandingClaim(room)
    standing = claim
    defer { standing = nil }
    store.stand(claim) { .now }
    return await claim.claims()
  }

  /// After a hint. A claim that stands sees what its own member writes, and not what siblings submit.
  func lookForWork() async {
    // What can't be read is said by the claim that follows.
    if standing != nil, (try? await store.hasWaiting(for: room)) == false { return }
    claimSoon()
    standing?.withdraw()
  }

  private func start(_ claim: Claim) {
    guard let kind = works[claim.kind], !isDraining else {
      write([AttemptEnd(JobEnd(tenure: claim.tenure, outcome: .release))])
      return
    }
    let job = RunningJob(claim, of: kind, files: files)
    running[claim.tenure] = job
    kind.meters.pickedUp(claim, at: .now)
    job.run(in: launch(job))
  }

  private func meterRunning() {
    for kind in works.values { kind.meters.runs(running.values.count { $0.kind === kind }) }
  }

  /// Starts the work on the threads made for it; not isolated, or it would begin on the runner's own.
  private nonisolated func launch(_ job: RunningJob) -> Task<Void, Never> {
    Task(executorPreference: workExecutor) {
      let result = await self.work(job)
      // Whoever is first asks the actor; those who end until it looks are taken with it.
      guard self.ended.add(EndedJob(job: job, result: result)) else { return }
      Task(executorPreference: self.ownThread) { await self.takeEnds() }
    }
  }

  private nonisolated func work(_ job: RunningJob) async -> Result<[UInt8], any Error> {
    let (workload, limit, meters) = (job.kind.work.workload, job.kind.policy.resultLimit, job.kind.meters)
    let context = JobContext(
      of: job, inputFileReader: { try await self.store.inputFiles(of: job.tenure.id) },
      jobReader: { try await self.jobs($0, for: job) },
      recorder: { try await self.record($0, for: job) })
    logger.journal("work begins", of: job)
    let begin = MonotonicTime.nanoseconds
    do {
      let bytes = try await workload.run(job.claim.input, in: context)
      guard bytes.count <= limit else { throw JobFailure.resultTooLarge(bytes.count, limit: limit) }
      try job.files.seal()
      meters.returned(job, begunAt: begin, isComplete: true)
      logger.journal("work ends", of: job, as: job.isOver ? "interrupted" : "complete")
      return .success(bytes)
    } catch {
      job.files.discard()
      meters.returned(job, begunAt: begin, isComplete: false)
      logger.journal("work ends", of: job, as: job.isOver ? "interrupted" : "failed")
      return .failure(error)
    }
  }

  /// Those of the job's own owner, whatever `query` says.
  private nonisolated func jobs(_ query: JobQuery, for job: RunningJob) async throws -> [Job] {
    var query = query
    query.owner = job.claim.owner
    return try await store.list(query)
  }

  private nonisolated func record(_ process: WorkProcess, for job: RunningJob) async throws {
    guard job.kind.policy.oneAttemptAtATime else {
      throw CompositionError("work of the kind \"\(job.kind.kind)\" names a process, and its attempts may overlap")
    }
    guard !job.isOver else { throw CancellationError() }
    let stands: Bool
    do {
      stands = try await store.record(process, of: job.tenure)
    } catch {
      throw WorkNotBegun(detail: "Its process could not be recorded: \(error)")
    }
    // The runner may not have heard of it yet.
    if !stands { job.interrupt(at: .now) }
    guard !job.isOver else { throw CancellationError() }
    job.kind.didBegin()
  }

  /// Takes what ended since it was last asked: their slots are free, and all their ends go to the store together.
  func takeEnds() {
    let all = ended.takeAll()
    guard !all.isEmpty else { return }
    var ends: [AttemptEnd] = []
    var returned: [ReturnedWork] = []
    for ended in all {
      let job = ended.job
      running[job.tenure] = nil
      if job.isGivenBack {
        job.files.discard()
        let end = JobEnd(tenure: job.tenure, outcome: .release, progress: job.takeNews(), log: job.takeLog())
        ends.append(AttemptEnd(end, of: job.kind))
      } else if !job.isOver {
        ends.append(AttemptEnd(end(of: ended), of: job.kind, files: job.files))
      } else {
        job.files.discard()
        // Its epoch is over, or its end was written when it was interrupted.
        let work = ReturnedWork(tenure: job.tenure, log: job.takeLog())
        if job.kind.hasSlots || work.log != nil { returned.append(work) }
      }
    }
    meterRunning()
    // With the writes that follow, or one before them, a claim that stands takes what waits for the slots.
    standing?.change(to: room)
    write(ends)
    free(returned)
    if !isClaiming {
      claimSoon()
    } else if ends.isEmpty, returned.isEmpty {
      Task { await lookForWork() }
    }
    tellWhenEmpty()
  }

  private func end(of ended: EndedJob) -> JobEnd {
    let job = ended.job
    let outcome: JobOutcome =
      switch ended.result {
      case .success(let bytes): .complete(bytes)
      case .failure(let failure as JobFailure): .fail(failure)
      case .failure(let error as WorkNotBegun): outcome(of: job, notBegun: error)
      case .failure(let retry as JobRetry):
        outcome(of: job, failed: retry.failure, "\(retry.failure.code): \(retry.failure.detail)")
      case .failure(let error): outcome(of: job, failed: .workFailed, "\(error)")
      }
    if case .postpone = outcome {} else { job.kind.didBegin() }
    var end = JobEnd(tenure: job.tenure, outcome: outcome, progress: job.takeNews(), log: job.takeLog())
    end.files = job.files.sealed
    return end
  }

  /// Another attempt after a pause, without charge.
  private func outcome(of job: RunningJob, notBegun error: WorkNotBegun) -> JobOutcome {
    let pause = job.kind.policy.attempts.pause(after: 1 + job.claim.uncharged, jitter: .random(in: 0..<1))
    job.kind.didNotBegin(job.tenure.id, because: error)
    logger.warning(
      "work could not be started, and is tried again",
      metadata: [
        "job": "\(job.tenure.id)", "attempt": "\(job.claim.attempt)", "error": "\(error.code): \(error.detail)",
        "again": "\(pause)",
      ])
    return .postpone(for: pause)
  }

  /// Another attempt where there is one left, after a pause; else the failure.
  private func outcome(of job: RunningJob, failed failure: JobFailure, _ error: String) -> JobOutcome {
    let attempt = job.claim.attempt
    let policy = job.kind.policy.attempts
    var metadata: Logger.Metadata = [
      "job": "\(job.tenure.id)", "attempt": "\(attempt)", "error": "\(error.cut(to: 4 << 10))",
    ]
    guard attempt < policy.attempts else {
      logger.error("work failed", metadata: metadata)
      return .fail(failure)
    }
    let pause = policy.pause(after: attempt, jitter: .random(in: 0..<1))
    metadata["again"] = "\(pause)"
    logger.warning("work failed, and is tried again", metadata: metadata)
    return .retry(after: pause)
  }

  /// Ends the attempts that are out of time, and reports work that was told to stop and runs on.
  func endWhatIsLate() {
    // What has returned in time counts.
    takeEnds()
    let now = MonotonicTime.now
    var ends: [AttemptEnd] = []
    for job in running.values {
      if job.isOutOfTime(at: now) {
        let outcome = outcome(of: job, failed: .timedOut, "out of time")
        job.interrupt(at: now)
        let end = JobEnd(
          tenure: job.tenure, outcome: outcome, progress: job.takeNews(), log: job.takeLog(), hasReturned: false)
        ends.append(AttemptEnd(end, of: job.kind))
      } else if let drainBegin, let time = job.kind.runOnTime, drainBegin.advanced(by: time) <= now, !job.isOver {
        job.interrupt(at: now, givingBack: true)
      } else if job.startsIgnoring(at: now, after: job.kind.policy.patience ?? configuration.patience) {
        logger.warning(
          "work ignores its interruption: its thread is lost until it ends",
          metadata: ["job": "\(job.tenure.id)", "attempt": "\(job.claim.attempt)"])
      }
    }
    write(ends)
  }
}

extension Logger {
  /// A line for each begin and end of work at level `debug`, by the machine's monotonic clock in microseconds: what was
  /// worked on by whom and when can be proven from the logs of all processes together.
  fileprivate func journal(_ message: Logger.Message, of job: RunningJob, as end: String? = nil) {
    guard logLevel <= .debug else { return }
    var metadata: Logger.Metadata = [
      "job": "\(job.tenure.id)", "epoch": "\(job.tenure.epoch)", "attempt": "\(job.claim.attempt)",
      "pid": "\(getpid())", "uptime": "\(MonotonicTime.microseconds)",
    ]
    if let end { metadata["end"] = "\(end)" }
    debug(message, metadata: metadata)
  }
}
