import Synchronization
import TestSupport

/// Runs `load` on `count` threads of its own beside `body`, until that returns or throws; `load` asks again and again
/// whether it goes on, and whatever it waits for has a limit.
func beside<Load: Sendable, Value: Sendable>(
  _ count: Int, _ load: @escaping @Sendable (GoesOn) throws -> Load, _ body: @escaping @Sendable () throws -> Value
) async throws -> (value: Value, loads: [Load]) {
  let goesOn = GoesOn()
  async let loads = concurrently(count) { _ in try load(goesOn) }
  do {
    let value = try await blocking(body)
    goesOn.end()
    return (value, try await loads)
  } catch {
    goesOn.end()
    throw error
  }
}

final class GoesOn: Sendable {
  private let isOver = Mutex(false)

  func end() { isOver.withLock { $0 = true } }

  func callAsFunction() -> Bool { isOver.withLock { !$0 } }
}
