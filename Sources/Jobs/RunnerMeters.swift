import CoreMetrics

/// What a ``JobRunner`` counts.
struct RunnerMeters: Sendable {
  /// From a job's acceptance until its first attempt begins.
  private let pickUp = Timer(label: "orders_job_pickup_seconds")
  private let complete = Timer(label: "orders_job_run_seconds", dimensions: [("outcome", "complete")])
  private let failed = Timer(label: "orders_job_run_seconds", dimensions: [("outcome", "failed")])
  private let interrupted = Timer(label: "orders_job_run_seconds", dimensions: [("outcome", "interrupted")])
  /// From the moment work was told to stop until it has.
  private let stop = Timer(label: "orders_job_cancel_seconds")
  private let running = Meter(label: "orders_process_running")
  private let retries = Counter(label: "orders_retries_total")
  private let takeOvers = Counter(label: "orders_takeovers_total")

  func runs(_ jobs: Int) { running.set(jobs) }

  func tookOver(_ jobs: Int) { takeOvers.increment(by: jobs) }

  func pickedUp(_ claim: Claim, at now: Timestamp) {
    guard claim.attempt == 1 else { return }
    pickUp.recordNanoseconds((now.milliseconds - claim.acceptedAt.milliseconds) * 1_000_000)
  }

  /// The work of `job`, begun at `begin`, has returned.
  func returned(_ job: RunningJob, begunAt begin: Int64, isComplete: Bool) {
    let now = MonotonicTime.nanoseconds
    guard let interruption = job.interruption else {
      return (isComplete ? complete : failed).recordNanoseconds(now - begin)
    }
    interrupted.recordNanoseconds(now - begin)
    stop.recordNanoseconds(now - interruption)
  }

  func written(_ ends: [JobEnd], _ stand: [Bool]) {
    for (end, stands) in zip(ends, stand) where stands {
      if case .retry = end.outcome { retries.increment() }
    }
  }
}
