import Glibc
import Logging

/// Taking jobs, and what each attempt comes to.
extension JobRunner {
  private var room: Int { isDraining ? 0 : configuration.jobs - running.count }

  /// Who works beside a job that is to run alone. What ignores its interruption would be there for ever, and keep all
  /// others away.
  private var company: Int { running.values.count { !$0.isIgnoring } }

  /// Claims once the ends and rings that wait in line were heard, so that one claim fills all the room there is.
  func claimSoon() {
    guard !isClaiming, room > 0 else { return }
    isClaiming = true
    Task { await claim() }
  }

  private func claim() async {
    var mayBeMore = false
    do {
      if room > 0, try await store.hasWaiting(of: Set(works.keys), beside: company) {
        let wanted = room
        let claims = try await store.claim(
          wanted, of: works.mapValues { $0.policy.attempts.attempts }, beside: company, at: .now)
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
    guard let work = works[claim.kind], !isDraining else {
      write([JobEnd(tenure: claim.tenure, outcome: .release)])
      return
    }
    let job = RunningJob(claim, deadline: work.policy.attempts.timeout.map { MonotonicTime.now.advanced(by: $0) })
    running[claim.tenure] = job
    meters.pickedUp(claim, at: .now)
    meters.runs(running.count)
    job.run(in: launch(work, job))
  }

  /// Starts the work on the threads made for it; not isolated, or it would begin on the runner's own.
  private nonisolated func launch(_ work: Work, _ job: RunningJob) -> Task<Void, Never> {
    Task(executorPreference: workExecutor) {
      let result = await self.run(work, job)
      // Whoever is first asks the actor; those who end until it looks are taken with it.
      if self.ended.add(EndedJob(job: job, result: result)) { await self.takeEnds() }
    }
  }

  private nonisolated func run(_ work: Work, _ job: RunningJob) async -> Result<[UInt8], any Error> {
    let (tenure, attempt) = (job.tenure, job.claim.attempt)
    let context = JobContext(id: tenure.id, attempt: attempt, epoch: tenure.epoch) { job.report($0) }
    logger.journal("work begins", of: job)
    let begin = MonotonicTime.nanoseconds
    do {
      let bytes = try await work.workload.run(job.claim.input, in: context)
      guard bytes.count <= work.policy.resultLimit else {
        throw JobFailure.resultTooLarge(bytes.count, limit: work.policy.resultLimit)
      }
      meters.returned(job, begunAt: begin, isComplete: true)
      logger.journal("work ends", of: job, as: job.isOver ? "interrupted" : "complete")
      return .success(bytes)
    } catch {
      meters.returned(job, begunAt: begin, isComplete: false)
      logger.journal("work ends", of: job, as: job.isOver ? "interrupted" : "failed")
      return .failure(error)
    }
  }

  /// Takes what ended since it was last asked: their slots are free, and all their ends go to the store together.
  func takeEnds() {
    let all = ended.takeAll()
    guard !all.isEmpty else { return }
    var ends: [JobEnd] = []
    for ended in all {
      let job = ended.job
      running[job.tenure] = nil
      // Interrupted work has nothing to write: its epoch is over, or whoever interrupted it has written its end.
      if !job.isOver { ends.append(end(of: ended)) }
    }
    meters.runs(running.count)
    write(ends)
    claimSoon()
    tellWhenEmpty()
  }

  private func end(of ended: EndedJob) -> JobEnd {
    let outcome: JobOutcome =
      switch ended.result {
      case .success(let bytes): .complete(bytes)
      case .failure(let failure as JobFailure): .fail(failure)
      case .failure(let error): outcome(of: ended.job, failed: .workFailed, "\(error)")
      }
    return JobEnd(tenure: ended.job.tenure, outcome: outcome, progress: ended.job.takeNews())
  }

  /// Another attempt where there is one left, after a pause; else the failure.
  private func outcome(of job: RunningJob, failed failure: JobFailure, _ error: String) -> JobOutcome {
    let attempt = job.claim.attempt
    let policy = works[job.claim.kind]?.policy.attempts ?? AttemptPolicy()
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
    var ends: [JobEnd] = []
    for job in running.values {
      if job.isOutOfTime(at: now) {
        let outcome = outcome(of: job, failed: .timedOut, "out of time")
        job.interrupt(at: now)
        ends.append(JobEnd(tenure: job.tenure, outcome: outcome, progress: job.takeNews()))
      } else if job.startsIgnoring(at: now, after: configuration.patience) {
        logger.warning(
          "work ignores its interruption: its thread is lost until it ends",
          metadata: ["job": "\(job.tenure.id)", "attempt": "\(job.claim.attempt)"])
      }
    }
    write(ends)
  }

  /// Writes ends, again and again until the store has taken them: finished work is not lost to a full disk. An end that
  /// the store refuses for good becomes a failure, or its job would be worked on again and end as `worker-lost`. While
  /// draining nothing is tried again where the store's files are lost. Says a fault once, however often it tries.
  func write(_ ends: [JobEnd]) {
    guard !ends.isEmpty else { return }
    finishing += 1
    Task {
      var said = ""
      while true {
        do throws(StoreError) {
          let stand = try await store.finish(ends, at: .now)
          meters.written(ends, stand)
          for (end, stands) in zip(ends, stand) where !stands {
            logger.info("late end refused", metadata: ["job": "\(end.tenure.id)"])
          }
          break
        } catch {
          let isGivenUp = isDraining && error.isOfLostFiles
          if said != error.description {
            said = error.description
            logger.error("finish", metadata: ["jobs": "\(ends.map(\.tenure.id))", "error": "\(error)"])
          }
          if error.code == .refused { writeRefused(ends) }
          if error.code != .unavailable || isGivenUp { break }
          try? await Task.sleep(for: configuration.beat)
        }
      }
      finishing -= 1
      tellWhenEmpty()
    }
  }

  /// One of these ends is refused: each by itself, and a refused result as a failure without its last report.
  private func writeRefused(_ ends: [JobEnd]) {
    if ends.count > 1 {
      for end in ends { write([end]) }
    } else if let end = ends.first, case .complete = end.outcome {
      write([JobEnd(tenure: end.tenure, outcome: .fail(.resultRefused))])
    }
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
