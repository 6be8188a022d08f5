public import Logging
public import ServiceLifecycle
import Synchronization

/// Tells those who wait for jobs what has changed, in whichever process. After a ring the process reads the store once,
/// however many wait, and hands all of them the same changes; the newest stay in memory for those who come back for more.
/// A waiter costs a few hundred bytes, no thread and no timer.
public final class JobWaits: JobWaiting, Service {
  private static let changesAtOnce = 1000
  /// How late a wait may end after its deadline.
  private static let grain = Duration.milliseconds(25)
  /// Under load one look serves many commits: looking after each of them took a fifth of what POSTs can have. Looks that
  /// end waits for single jobs are not slowed down: a client that waits for one job after the other is not held up by its own waits.
  private static let pace = Pace(every: .milliseconds(5), burst: 20)

  private let store: any JobStore
  private let logger: Logger
  private let state = Mutex(State(waiters: WaiterTable(grain: grain), recent: RecentChanges(limit: changesAtOnce)))
  /// Tells when somebody waits after nobody did.
  private let arrivals: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

  /// Of every waiter in the table it holds that nothing of its topic has changed after its mark, up to `recent.through`.
  private struct State {
    var waiters: WaiterTable
    var recent: RecentChanges
    var nextNumber: UInt64 = 0
    /// Whether the rings from now on are heard, or a reading is about to begin.
    var isListening = false
    var isSweeping = false
    var isDraining = false
  }

  public init(store: any JobStore, logger: Logger) {
    self.store = store
    self.logger = logger
    arrivals = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  public var isDraining: Bool { state.withLock { $0.isDraining } }

  /// How many wait now.
  public var count: Int { state.withLock { $0.waiters.count } }

  public func wait(for topic: JobTopic, past mark: Int64, until deadline: MonotonicTime) async -> WaitOutcome {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waiter = Waiter(topic: topic, mark: mark, deadline: deadline, continuation: continuation)
        if let outcome = enter(waiter, number) { continuation.resume(returning: outcome) }
      }
    } onCancel: {
      guard let waiter = state.withLock({ $0.waiters.take(number) }) else { return }
      waiter.continuation.resume(returning: .nothing(through: waiter.mark))
    }
  }

  /// Listens while somebody waits, until graceful shutdown, which ends all waits.
  public func run() async throws {
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown {
        var pace = Self.pace
        for await _ in self.arrivals.stream {
          let rings = self.store.rings()
          guard await self.hear(afterPause: true) != .nobodyWaits else { continue }
          listening: for await _ in rings {
            switch await self.hear() {
            case .nobodyWaits: break listening
            case .endedWaits: pace.payBack()
            case .news:
              let pause = pace.pause(at: .now)
              if pause > .zero { try? await Task.sleep(for: pause) }
            }
          }
        }
      }
    } onGracefulShutdown: {
      self.drain()
    }
    drain()
  }

  /// Ends all waits, now and from now on.
  public func drain() {
    let waiters = state.withLock { state in
      state.isDraining = true
      return state.waiters.takeAll()
    }
    for waiter in waiters { waiter.continuation.resume(returning: .nothing(through: waiter.mark)) }
  }

  /// How the wait ends at once, or `nil` where it has begun.
  private func enter(_ waiter: Waiter, _ number: UInt64) -> WaitOutcome? {
    let (outcome, mustSweep) = state.withLock { state -> (WaitOutcome?, Bool) in
      if state.isDraining || Task.isCancelled { return (.nothing(through: waiter.mark), false) }
      guard let changes = state.recent.changes(of: waiter.topic, after: waiter.mark) else {
        return (.unknown(through: state.recent.through), false)
      }
      // While nobody waits nothing is read: what came before may be old, but it is true, and what comes after it is told
      // later.
      let through = max(waiter.mark, state.recent.through)
      if !changes.isEmpty { return (.changes(changes, through: through), false) }
      guard waiter.deadline > .now else { return (.nothing(through: through), false) }
      if !state.isListening { arrivals.continuation.yield() }
      state.isListening = true
      state.waiters.add(waiter, number)
      defer { state.isSweeping = true }
      return (nil, !state.isSweeping)
    }
    if mustSweep { Task { await self.sweep() } }
    return outcome
  }

  private enum Heard {
    /// Nothing was read.
    case nobodyWaits
    /// Only waits for single jobs were ended, and at least one.
    case endedWaits
    case news
  }

  /// Reads what has changed, once for all waiters. `afterPause` is true for the first read after a time in which nobody
  /// waited. Changes of that time may be left out.
  private func hear(afterPause: Bool = false) async -> Heard {
    var maySkip = afterPause
    do {
      while true {
        let through: Int64? = state.withLock { state in
          state.isListening = state.waiters.count > 0
          return state.isListening ? state.recent.through : nil
        }
        guard let through else { return .nobodyWaits }
        let news = try await store.news(after: through, of: nil, limit: Self.changesAtOnce)
        if news.isCut, maySkip {
          maySkip = false
          restart(after: try await store.newestChange())
          continue
        }
        let woken = state.withLock { state in state.waiters.take(changedBy: state.recent.add(news)) }
        for (waiter, changes) in woken {
          waiter.continuation.resume(returning: .changes(changes, through: max(waiter.mark, news.through)))
        }
        let areOfJobs = woken.allSatisfy { waiter, _ in
          if case .job = waiter.topic { true } else { false }
        }
        if !news.isCut { return areOfJobs && !woken.isEmpty ? .endedWaits : .news }
      }
    } catch {
      logger.error("hear", metadata: ["error": "\(error)"])
      return .news
    }
  }

  /// Those who don't know all changes up to `newest` have to look themselves.
  private func restart(after newest: Int64) {
    let waiters = state.withLock { state in
      state.recent.restart(after: newest)
      return state.waiters.take(before: newest)
    }
    for waiter in waiters { waiter.continuation.resume(returning: .unknown(through: newest)) }
  }

  /// Ends the waits whose time is over; runs while anyone waits.
  private func sweep() async {
    while true {
      try? await Task.sleep(for: Self.grain)
      let (late, through, isDone) = state.withLock { state in
        let late = state.waiters.take(dueAt: .now)
        if state.waiters.count == 0 { state.isSweeping = false }
        return (late, state.recent.through, state.waiters.count == 0)
      }
      for waiter in late { waiter.continuation.resume(returning: .nothing(through: max(waiter.mark, through))) }
      if isDone { return }
    }
  }
}
