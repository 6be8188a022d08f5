import Jobs

/// How long a client should wait before it asks again, in whole seconds.
enum RetryAfter {
  /// While the store can't be used: about as long as a write waits for its turn.
  static let secondsWhenUnavailable = 5
  static let longest = 60
  static let longestWhenBusy = 120

  /// The time in which a tenth of a kind's queue is worked off, between 1 and ``longestWhenBusy``: there is room then, and
  /// not everybody comes back at once.
  ///
  /// `rate` is how many jobs of all kinds end in a second, `nil` while that is unknown. No kind is faster, but one may be
  /// far slower: its oldest job has waited for `age` seconds, and the queue before it was hardly shorter.
  static func seconds(forQueueOf queued: Int, perSecond rate: Double?, oldestFor age: Double = 0) -> Int {
    guard let rate else { return 5 }
    return tenth(of: max(Double(queued) / max(rate, 1e-9), age), upTo: longestWhenBusy)
  }

  /// A tenth of the time until there will be something to see, between 1 and ``longest``: short near the end, long for
  /// work of hours, and while much else waits.
  ///
  /// A job that runs needs what its pace so far says; one that shows no pace, or has stood still for long, may need as
  /// long again as it took to come here. One that waits has the queue of its kind before it, at the measured rate.
  static func seconds(for job: Job, load: Load? = nil, at now: Timestamp) -> Int {
    let last = job.status == .running && job.progress.percent == 0 ? job.startedAt : job.updatedAt
    var milliseconds = Double(now.milliseconds - (last ?? job.updatedAt).milliseconds)
    if job.status == .running, let startedAt = job.startedAt, job.progress.percent > 0 {
      let percent = Double(min(job.progress.percent, 99))
      let elapsed = Double(job.updatedAt.milliseconds - startedAt.milliseconds)
      milliseconds = max(milliseconds, elapsed * (100 - percent) / percent)
    }
    let own = tenth(of: milliseconds / 1000, upTo: longest)
    return job.status == .started ? max(own, seconds(toBegin: job.kind, under: load)) : own
  }

  /// The same for a job of `kind` that has just been submitted.
  static func seconds(toBegin kind: JobKind, under load: Load?) -> Int {
    guard let load, load.endsPerSecond > 0 else { return 1 }
    return tenth(of: Double(load.queued[kind, default: 0]) / load.endsPerSecond, upTo: longest)
  }

  private static func tenth(of seconds: Double, upTo most: Int) -> Int {
    Int(min(max((seconds / 10).rounded(.up), 1), Double(most)))
  }
}
