import Synchronization
import TestSupport

/// Where a handler waits until the test lets it go on, or its task is cancelled.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    var cancelled: Set<Int> = []
    var next = 0
  }

  private let state = Mutex(State())
  private let arrivals = Atomic(0)

  /// How many have come here.
  var arrived: Int { arrivals.load(ordering: .sequentiallyConsistent) }

  /// True when it was opened, false when the task was cancelled.
  func wait() async -> Bool {
    arrivals.add(1, ordering: .sequentiallyConsistent)
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let outcome = state.withLock { state -> Bool? in
          if state.isOpen { return true }
          if state.cancelled.remove(number) != nil { return false }
          state.waiting[number] = waiter
          return nil
        }
        if let outcome { waiter.resume(returning: outcome) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        if let waiter = state.waiting.removeValue(forKey: number) { return waiter as CheckedContinuation<Bool, Never>? }
        state.cancelled.insert(number)
        return nil
      }
      waiter?.resume(returning: false)
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for waiter in waiting { waiter.resume(returning: true) }
  }

  func reached(_ count: Int = 1) async throws {
    try await eventually("\(count) handlers wait") { self.arrived >= count }
  }
}

/// Counts what happens, from any thread.
final class Counter: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .sequentiallyConsistent) }

  func add() { count.add(1, ordering: .sequentiallyConsistent) }
}
