public import Logging
public import ServiceLifecycle

/// Lets final jobs expire when they have been kept long enough. Every process may run it: the store's writes take turns,
/// and whoever is first leaves nothing to the next.
public final class Retention: Service {
  private static let atOnce = 500

  private let store: any JobStore
  private let keep: Duration
  private let logger: Logger

  /// Jobs are kept for `keep` after their end, by the wall clock, and gone within about a second after that.
  public init(store: any JobStore, keep: Duration, logger: Logger) {
    self.store = store
    self.keep = keep
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if await !self.expire() { try? await Task.sleep(for: .seconds(1)) }
      }
    }
  }

  /// Whether there may be more: a few at a time, so that other writes get between.
  private func expire() async -> Bool {
    let now = Timestamp.now
    let end = Timestamp(milliseconds: now.milliseconds - keep.milliseconds)
    do {
      let expired = try await store.expire(endedBefore: end, limit: Self.atOnce, at: now)
      if !expired.isEmpty { logger.info("jobs expired", metadata: ["count": "\(expired.count)"]) }
      return expired.count == Self.atOnce
    } catch {
      logger.error("retention", metadata: ["error": "\(error)"])
      return false
    }
  }
}
