import CoreMetrics

/// What a ``JobRunner`` counts of all kinds together.
struct RunnerMeters: Sendable {
  private let takeOvers = Counter(label: "orders_takeovers_total")

  func tookOver(_ jobs: Int) { takeOvers.increment(by: jobs) }
}

/// What a ``JobRunner`` counts of one kind.
struct WorkMeters: Sendable {
  /// From a job's acceptance until its first attempt begins.
  private let pickUp: Timer
  private let complete: Timer
  private let failed: Timer
  private let interrupted: Timer
  /// From the moment work was told to stop until it has.
  private let stop: Timer
  private let running: Meter
  private let retries: Counter

  init(of kind: JobKind) {
    let kind = [("kind", kind.rawValue)]
    func attempts(_ outcome: String) -> Timer {
      Timer(label: "orders_job_run_seconds", dimensions: kind + [("outcome", outcome)])
    }
    pickUp = Timer(label: "orders_job_pickup_seconds", dimensions: kind)
    (complete, failed, interrupted) = (attempts("complete"), attempts("failed"), attempts("interrupted"))
    stop = Timer(label: "orders_job_cancel_seconds", dimensions: kind)
    running = Meter(label: "orders_process_running", dimensions: kind)
    retries = Counter(label: "orders_retries_total", dimensions: kind)
    running.set(0)
  }

  func runs(_ jobs: Int) { running.set(jobs) }

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

  /// An attempt that failed will be followed by another one.
  func willRetry() { retries.increment() }
}
