internal import Jobs

/// Since when this member has been able to write without a gap. After a full disk, or a stopped process in the turnstile,
/// every lease looks over; holders renew first, because nobody takes over by time before it could itself write that long.
struct WritableSpan {
  private var since: MonotonicTime?
  private var last: MonotonicTime?
  private let lease: Duration

  init(lease: Duration) {
    self.lease = lease
  }

  /// Success after a silence of more than half a lease proves nothing of the time between.
  mutating func succeeded(at now: MonotonicTime) {
    if !isUnbroken(at: now) { since = now }
    last = now
  }

  mutating func failed() {
    since = nil
    last = nil
  }

  func coversLease(at now: MonotonicTime) -> Bool {
    guard let since, isUnbroken(at: now) else { return false }
    return since.advanced(by: lease) <= now
  }

  private func isUnbroken(at now: MonotonicTime) -> Bool {
    guard let last else { return false }
    return now <= last.advanced(by: lease / 2)
  }
}
