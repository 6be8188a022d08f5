public import Logging
public import ServiceLifecycle
import Synchronization

/// Wakes those who wait for a job when it has changed, in whichever process: after a ring, one indexed read tells which
/// jobs changed, and only their waiters are woken. A waiter costs a few hundred bytes, no thread and no timer.
public final class JobWaits: JobWaiting, Service {
  private static let changesAtOnce = 1000
  /// How late a wait may end after its deadline.
  private static let grain = Duration.milliseconds(25)
  /// Under load one look serves many commits: looking after each of them took a fifth of what POSTs can have.
  private static let pace = Pace(every: .milliseconds(5), burst: 20)

  private let store: any JobStore
  private let logger: Logger
  private let state = Mutex(State(waiters: WaiterTable(grain: grain)))
  /// Tells when somebody waits after nobody did.
  private let arrivals: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

  private struct State {
    var waiters: WaiterTable
    var nextNumber: UInt64 = 0
    /// Every change up to this one has been heard, or came before the first waiter looked again. Meaningless while nobody
    /// waits.
    var heard: Int64 = 0
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

  public func wait(for id: JobID?, past change: Int64, until deadline: MonotonicTime) async {
    let newest: Int64
    do {
      newest = try await store.newestChange()
    } catch {
      logger.error("wait", metadata: ["job": "\(id.map(\.description) ?? "any")", "error": "\(error)"])
      return
    }
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waiter = Waiter(id: id, change: change, deadline: deadline, continuation: continuation)
        if !enter(waiter, number, newest) { continuation.resume() }
      }
    } onCancel: {
      wake(number)
    }
  }

  /// Listens while somebody waits, until graceful shutdown, which ends all waits.
  public func run() async throws {
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown {
        var pace = Self.pace
        for await _ in self.arrivals.stream {
          let rings = self.store.rings()
          await self.hear()
          for await _ in rings {
            await self.hear()
            if self.count == 0 { break }
            let pause = pace.pause(at: .now)
            if pause > .zero { try? await Task.sleep(for: pause) }
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
    for waiter in waiters { waiter.continuation.resume() }
  }

  /// False where there is nothing to wait for. `newest` was the store's newest change a moment ago.
  private func enter(_ waiter: Waiter, _ number: UInt64, _ newest: Int64) -> Bool {
    let (isIn, mustSweep) = state.withLock { state in
      guard !state.isDraining, !Task.isCancelled, waiter.deadline > .now else { return (false, false) }
      let isFirst = state.waiters.count == 0
      if isFirst { state.heard = newest }
      // Nobody tells it again of what was heard before it came.
      if waiter.id == nil, max(newest, state.heard) > waiter.change { return (false, false) }
      if isFirst { arrivals.continuation.yield() }
      state.waiters.add(waiter, number)
      defer { state.isSweeping = true }
      return (true, !state.isSweeping)
    }
    guard isIn else { return false }
    if mustSweep { Task { await self.sweep() } }
    // What changed between the caller's read and its entry rang before anyone listened.
    if let id = waiter.id { Task { await self.lookAgain(number, id, past: waiter.change) } }
    return true
  }

  private func lookAgain(_ number: UInt64, _ id: JobID, past change: Int64) async {
    do {
      if let job = try await store.read(id, withInput: false), job.change <= change { return }
    } catch {
      logger.error("wait", metadata: ["job": "\(id)", "error": "\(error)"])
    }
    wake(number)
  }

  private func wake(_ number: UInt64) {
    state.withLock { $0.waiters.take(number) }?.continuation.resume()
  }

  private func hear() async {
    do {
      while count > 0 {
        let heard = state.withLock { $0.heard }
        let changes = try await store.changes(after: heard, limit: Self.changesAtOnce)
        let woken = state.withLock { state in
          state.heard = max(state.heard, changes.last?.change ?? 0)
          return state.waiters.take(changedBy: changes)
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
        let late = state.waiters.take(dueAt: .now)
        if state.waiters.count == 0 { state.isSweeping = false }
        return (late, state.waiters.count == 0)
      }
      for waiter in late { waiter.continuation.resume() }
      if isDone { return }
    }
  }
}
