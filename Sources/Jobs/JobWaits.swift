public import Logging
public import ServiceLifecycle
import Synchronization

/// Wakes those who wait for a job when it has changed, in whichever process: after a ring, one indexed read tells which
/// jobs changed, and only their waiters are woken. A waiter costs an entry in a dictionary, no thread and no timer.
public final class JobWaits: JobWaiting, Service {
  private struct Waiter {
    var change: Int64
    var deadline: MonotonicTime
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var waiters: [JobID: [UInt64: Waiter]] = [:]
    var count = 0
    var nextNumber: UInt64 = 0
    /// Every change up to this one has been heard, or came before the first waiter read its job. Meaningless while
    /// nobody waits.
    var heard: Int64 = 0
    var isSweeping = false
    var isDraining = false

    mutating func take(_ number: UInt64, of id: JobID) -> Waiter? {
      guard let waiter = waiters[id]?.removeValue(forKey: number) else { return nil }
      if waiters[id]?.isEmpty == true { waiters[id] = nil }
      count -= 1
      return waiter
    }
  }

  private static let changesAtOnce = 1000
  /// How late a wait may end after its deadline.
  private static let grain = Duration.milliseconds(25)

  private let store: any JobStore
  private let logger: Logger
  private let state = Mutex(State())
  /// Tells when somebody waits after nobody did.
  private let arrivals: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

  public init(store: any JobStore, logger: Logger) {
    self.store = store
    self.logger = logger
    arrivals = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  public var isDraining: Bool { state.withLock { $0.isDraining } }

  /// How many wait now.
  public var count: Int { state.withLock { $0.count } }

  public func wait(for id: JobID, past change: Int64, until deadline: MonotonicTime) async {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waiter = Waiter(change: change, deadline: deadline, continuation: continuation)
        if !enter(waiter, number, id) { continuation.resume() }
      }
    } onCancel: {
      wake(number, of: id)
    }
  }

  /// Listens while somebody waits, until graceful shutdown, which ends all waits.
  public func run() async throws {
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown {
        for await _ in self.arrivals.stream {
          let rings = self.store.rings()
          await self.hear()
          for await _ in rings {
            await self.hear()
            if self.count == 0 { break }
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
      defer {
        state.waiters = [:]
        state.count = 0
      }
      return state.waiters.values.flatMap { $0.values }
    }
    for waiter in waiters { waiter.continuation.resume() }
  }

  /// False where there is nothing to wait for.
  private func enter(_ waiter: Waiter, _ number: UInt64, _ id: JobID) -> Bool {
    let (isIn, mustSweep) = state.withLock { state in
      guard !state.isDraining, !Task.isCancelled, waiter.deadline > .now else { return (false, false) }
      if state.count == 0 {
        state.heard = waiter.change
        arrivals.continuation.yield()
      }
      state.waiters[id, default: [:]][number] = waiter
      state.count += 1
      defer { state.isSweeping = true }
      return (true, !state.isSweeping)
    }
    guard isIn else { return false }
    if mustSweep { Task { await self.sweep() } }
    // What changed between the caller's read and its entry rang before anyone listened.
    Task { await self.lookAgain(number, id, past: waiter.change) }
    return true
  }

  private func lookAgain(_ number: UInt64, _ id: JobID, past change: Int64) async {
    do {
      if let job = try await store.read(id), job.change <= change { return }
    } catch {
      logger.error("wait", metadata: ["job": "\(id)", "error": "\(error)"])
    }
    wake(number, of: id)
  }

  private func wake(_ number: UInt64, of id: JobID) {
    state.withLock { $0.take(number, of: id) }?.continuation.resume()
  }

  private func hear() async {
    do {
      while count > 0 {
        let heard = state.withLock { $0.heard }
        let changes = try await store.changes(after: heard, limit: Self.changesAtOnce)
        let woken = state.withLock { state in
          state.heard = max(state.heard, changes.last?.change ?? 0)
          return changes.flatMap { change in
            (state.waiters[change.id] ?? [:]).filter { $0.value.change < change.change }.keys.compactMap {
              state.take($0, of: change.id)
            }
          }
        }
        for waiter in woken { waiter.continuation.resume() }
        if changes.count < Self.changesAtOnce { return }
      }
    } catch {
      logger.error("hear", metadata: ["error": "\(error)"])
    }
  }

  /// Ends the waits whose time is over; runs while anyone waits.
  private func sweep() async {
    while true {
      try? await Task.sleep(for: Self.grain)
      let (late, isDone) = state.withLock { state in
        let now = MonotonicTime.now
        let late = state.waiters.flatMap { id, waiters in
          waiters.filter { $0.value.deadline <= now }.keys.compactMap { state.take($0, of: id) }
        }
        if state.count == 0 { state.isSweeping = false }
        return (late, state.count == 0)
      }
      for waiter in late { waiter.continuation.resume() }
      if isDone { return }
    }
  }
}
