/// Whether final jobs may expire by themselves now. A clock that jumps years ahead must not delete every one of them.
public struct ExpiryRule: Hashable, Sendable {
  /// So long must the wall clock have run evenly, in the machine's uptime.
  public var clockTrust: Duration
  /// The oldest end may lie so far before the time of which all expires. Where it lies farther back (the clock is wrong,
  /// nothing expired for so long, or jobs are to be kept for much shorter than before) an operator has to confirm it.
  public var mostAtOnce: Duration

  public init(clockTrust: Duration = .seconds(3600), mostAtOnce: Duration = .seconds(30 * 86_400)) {
    self.clockTrust = clockTrust
    self.mostAtOnce = mostAtOnce
  }

  /// `oldest` is the first end of all jobs that would expire, of which all that ended before `end` would; `nil`: there is
  /// none.
  public func verdict(
    oldest: Timestamp?, before end: Timestamp, under trust: ClockTrust, at reading: ClockReading
  ) -> ExpiryVerdict {
    guard let oldest, oldest < end else { return .nothingDue }
    guard trust.isTrusted(at: reading, after: clockTrust) else { return .waitsForClock }
    return end.milliseconds - oldest.milliseconds > mostAtOnce.milliseconds ? .waitsForOperator(oldest) : .allowed
  }
}

public enum ExpiryVerdict: Hashable, Sendable {
  case nothingDue
  case allowed
  /// The clock was set too short a time ago, or the machine started.
  case waitsForClock
  /// Too much would expire at once. With the oldest end.
  case waitsForOperator(Timestamp)
}
