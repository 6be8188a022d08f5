public import Logging
public import ServiceLifecycle

/// Lets final jobs expire when they have been kept long enough. Every process may run it: the store's writes take turns,
/// and whichever process is first leaves nothing to the next.
public final class Retention: Service {
  private static let atOnce = 500

  private let store: any JobStore
  private let keep: [(kind: JobKind, time: Duration)]
  private let rule: ExpiryRule
  private let logger: Logger

  /// Jobs of a kind are kept for the time in `keep` after their end, by the wall clock, and gone within about a second
  /// after that where `rule` lets them. Jobs of any other kind are kept for ever.
  public init(store: any JobStore, keep: [JobKind: Duration], rule: ExpiryRule = ExpiryRule(), logger: Logger) {
    self.store = store
    self.keep = keep.map { ($0.key, $0.value) }.sorted { $0.kind.rawValue < $1.kind.rawValue }
    self.rule = rule
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var last: [JobKind: ExpiryVerdict] = [:]
      while !Task.isCancelled {
        var mayBeMore = false
        for (kind, time) in self.keep where !Task.isCancelled {
          if await self.expire(kind, after: time, &last[kind, default: .allowed]) { mayBeMore = true }
        }
        if !mayBeMore { try? await Task.sleep(for: .seconds(1)) }
      }
    }
  }

  /// Whether there may be more: a few at a time, so that other writes get between. `last` is the verdict of the time
  /// before, so that each is logged once.
  private func expire(_ kind: JobKind, after time: Duration, _ last: inout ExpiryVerdict) async -> Bool {
    let now = ClockReading.now
    let end = Timestamp(milliseconds: now.wall.milliseconds - time.milliseconds)
    do {
      let verdict = try await store.mayExpire(kind, endedBefore: end, by: rule, at: now)
      if verdict != last { tell(verdict, of: kind) }
      last = verdict
      // Without anything due too: the store may have old tombstones to put together.
      guard verdict == .allowed || verdict == .nothingDue else { return false }
      let expired = try await store.expire(kind, endedBefore: end, limit: Self.atOnce, at: now.wall)
      if !expired.isEmpty {
        logger.info("jobs expired", metadata: ["kind": "\(kind.rawValue)", "count": "\(expired.count)"])
      }
      return expired.count == Self.atOnce
    } catch {
      logger.error("retention", metadata: ["kind": "\(kind.rawValue)", "error": "\(error)"])
      return false
    }
  }

  private func tell(_ verdict: ExpiryVerdict, of kind: JobKind) {
    switch verdict {
    case .allowed, .nothingDue: break
    case .waitsForClock:
      logger.info(
        "expiry waits for the clock",
        metadata: [
          "kind": "\(kind.rawValue)",
          "because": "it was set, or the machine was started, less than \(rule.clockTrust) ago",
        ])
    case .waitsForOperator:
      logger.warning(
        "expiry waits for an operator",
        metadata: [
          "kind": "\(kind.rawValue)",
          "because": "more than \(rule.mostAtOnce.milliseconds / 86_400_000) days of ends would expire at once",
          "mend": "see that the clock and --keep-final are right; then orders expire --confirm",
        ])
    }
  }
}
