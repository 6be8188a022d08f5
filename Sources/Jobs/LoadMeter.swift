public import Logging
public import ServiceLifecycle
import Synchronization

/// How busy the store is, measured by looking at its numbers once a second.
public final class LoadMeter: Service {
  private let store: any JobStore
  private let logger: Logger
  private let state = Mutex((window: RateWindow(), queued: [JobKind: Int]()))

  public init(store: any JobStore, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  /// `nil` until there are two looks.
  public var load: Load? {
    state.withLock { state in
      state.window.perSecond.map { Load(queued: state.queued, endsPerSecond: $0) }
    }
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          let ended = try await self.store.counts().ended
          let queued = try await self.store.waitingCounts(except: [])
          self.state.withLock { state in
            state.window.add(ended, at: .now)
            state.queued = queued
          }
        } catch {
          self.logger.error("load", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }
}

/// The rate of a counter that only rises.
struct RateWindow {
  private static let readings = 30
  private static let recent = 4

  private var readings: [(count: Int, at: MonotonicTime)] = []

  mutating func add(_ count: Int, at now: MonotonicTime) {
    if readings.count == Self.readings { readings.removeFirst() }
    readings.append((count, now))
  }

  /// Over the last thirty readings or over the last four, whichever is more: after an idle time the load of now counts.
  var perSecond: Double? {
    guard let whole = rate(over: readings[...]) else { return nil }
    return max(whole, rate(over: readings.suffix(Self.recent)) ?? 0)
  }

  private func rate(over readings: ArraySlice<(count: Int, at: MonotonicTime)>) -> Double? {
    guard let first = readings.first, let last = readings.last, first.at < last.at else { return nil }
    return Double(last.count - first.count) * 1000 / Double(last.at.milliseconds - first.at.milliseconds)
  }
}
