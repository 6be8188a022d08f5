public import Logging
public import ServiceLifecycle

/// Lets final jobs expire when they have been kept long enough. Every process may run it: the store's writes take turns,
/// and whichever process is first leaves nothing to the next.
public final class Retention: Service {
  private static let atOnce = 500

  private let store: any JobStore
  private let keep: Duration
  private let rule: ExpiryRule
  private let logger: Logger

  /// Jobs are kept for `keep` after their end, by the wall clock, and gone within about a second after that where `rule`
  /// lets them.
  public init(store: any JobStore, keep: Duration, rule: ExpiryRule = ExpiryRule(), logger: Logger) {
    self.store = store
    self.keep = keep
    self.rule = rule
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var last = ExpiryVerdict.allowed
      while !Task.isCancelled {
        if await !self.expire(&last) { try? await Task.sleep(for: .seconds(1)) }
      }
    }
  }

  /// Whether there may be more: a few at a time, so that other writes get between. `last` is the verdict of the time
  /// before, so that each is logged once.
  private func expire(_ last: inout ExpiryVerdict) async -> Bool {
    let now = ClockReading.now
    let end = Timestamp(milliseconds: now.wall.milliseconds - keep.milliseconds)
    do {
      let verdict = try await store.mayExpire(endedBefore: end, by: rule, at: now)
      if verdict != last { tell(verdict) }
      last = verdict
      // Without anything due too: the store may have old tombstones to put together.
      guard verdict == .allowed || verdict == .nothingDue else { return false }
      let expired = try await store.expire(endedBefore: end, limit: Self.atOnce, at: now.wall)
      if !expired.isEmpty { logger.info("jobs expired", metadata: ["count": "\(expired.count)"]) }
      return expired.count == Self.atOnce
    } catch {
      logger.error("retention", metadata: ["error": "\(error)"])
      return false
    }
  }

  private func tell(_ verdict: ExpiryVerdict) {
    switch verdict {
    case .allowed, .nothingDue: break
    case .waitsForClock:
      logger.info(
        "expiry waits for the clock",
        metadata: ["because": "it was set, or the machine was started, less than \(rule.clockTrust) ago"])
    case .waitsForOperator:
      logger.warning(
        "expiry waits for an operator",
        metadata: [
          "because": "more than \(rule.mostAtOnce.milliseconds / 86_400_000) days of ends would expire at once",
          "mend": "see that the clock and --keep-final are right; then orders expire --confirm",
        ])
    }
  }
}
