/// How often, how long and how soon again the jobs of a kind are tried.
///
/// An attempt is charged to whatever ended it: an error of the work, a timeout, a process that died. A planned shutdown
/// gives the job back and charges nothing.
public struct AttemptPolicy: Hashable, Sendable {
  /// How often a job may be begun; at least 1.
  public var attempts: Int
  /// How long one attempt may take; `nil`: as long as it wants. Looked at a few times a second.
  public var timeout: Duration?
  /// The longest pause after the first failed attempt; it doubles with each further one.
  public var firstPause: Duration
  /// No pause is longer.
  public var longestPause: Duration

  public init(
    attempts: Int = 3, timeout: Duration? = nil, firstPause: Duration = .seconds(1),
    longestPause: Duration = .seconds(300)
  ) {
    self.attempts = max(1, attempts)
    self.timeout = timeout
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  /// The pause after the failure of `attempt` (1 for the first): from half of what doubling gives to all of it, by
  /// `jitter` in 0..<1, so that what failed together doesn't come back together. A death has no pause.
  public func pause(after attempt: Int, jitter: Double) -> Duration {
    // Beyond 2^40 every limit is reached; the shift must not overflow.
    let doublings = min(max(0, attempt - 1), 40)
    let full = min(Double(longestPause.milliseconds), Double(firstPause.milliseconds) * Double(Int64(1) << doublings))
    return .milliseconds(Int64(full * (0.5 + jitter / 2)))
  }
}
