/// What a store counts of a job's attempts, and the rules of that count.
public struct AttemptCount: Hashable, Sendable {
  /// Attempts begun that count.
  public var attempt: Int
  /// How many the job has, as its last claim said.
  public var attempts: Int
  /// Attempts that ended with the death, or the lapsed lease, of their member.
  public var deaths: Int

  public init(attempt: Int, attempts: Int, deaths: Int = 0) {
    self.attempt = attempt
    self.attempts = attempts
    self.deaths = deaths
  }

  /// Whether the job, which waits, has to run alone: a member died under it, and the next attempt is its last.
  public var isAlone: Bool { deaths > 0 && attempts - attempt <= 1 }

  /// The attempt ended without charge.
  public var givenBack: AttemptCount { AttemptCount(attempt: attempt - 1, attempts: attempts, deaths: deaths) }

  /// What a death comes to.
  public enum Death: Hashable, Sendable {
    /// The job waits again.
    case waits(AttemptCount)
    /// It was the last attempt: the job fails as `worker-lost`.
    case fails(AttemptCount)
  }

  /// The member died in this attempt, and the attempt counts. A last attempt that others ran beside doesn't: any of them
  /// may have caused the death. The job has one more, alone.
  public func afterDeath(besideOthers: Bool) -> Death {
    var next = self
    next.deaths += 1
    if attempt < attempts { return .waits(next) }
    return besideOthers ? .waits(next.givenBack) : .fails(next)
  }
}
