/// How often something may be done: a few times at once, then no oftener than its interval. What comes alone is never
/// late, and what comes in floods is done for many at a time.
public struct Pace: Sendable {
  private let interval: Int64
  private let burst: Int64
  /// When it will have been done as often as the interval allows, in milliseconds.
  private var spent: Int64 = 0

  /// `burst` times at once at most, after a pause.
  public init(every interval: Duration, burst: Int) {
    self.interval = interval.milliseconds
    self.burst = Int64(burst)
  }

  /// It was worth its cost: that once doesn't count, nor one before it.
  public mutating func payBack() {
    spent -= interval
  }

  /// Counts it once more, and tells how long to wait before the next time.
  public mutating func pause(at now: MonotonicTime) -> Duration {
    spent = max(spent, now.milliseconds) + interval
    return .milliseconds(max(0, spent - now.milliseconds - interval * burst))
  }
}
