public import Logging
public import ServiceLifecycle
import Synchronization

/// How fast jobs of the store come to their end, measured by looking at its numbers once a second.
public final class CompletionRate: Service {
  private let store: any JobStore
  private let logger: Logger
  private let window = Mutex(RateWindow())

  public init(store: any JobStore, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  /// Ends of jobs per second, in all processes together, over the last half minute; `nil` until there are two looks.
  public var perSecond: Double? { window.withLock { $0.perSecond } }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          let ended = try await self.store.counts().ended
          self.window.withLock { $0.add(ended, at: .now) }
        } catch {
          self.logger.error("completion rate", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }
}

/// The rate of a counter that only rises, over the last thirty of its readings.
struct RateWindow {
  private var readings: [(count: Int, at: MonotonicTime)] = []

  mutating func add(_ count: Int, at now: MonotonicTime) {
    if readings.count == 30 { readings.removeFirst() }
    readings.append((count, now))
  }

  var perSecond: Double? {
    guard let first = readings.first, let last = readings.last, first.at < last.at else { return nil }
    return Double(last.count - first.count) * 1000 / Double(last.at.milliseconds - first.at.milliseconds)
  }
}
