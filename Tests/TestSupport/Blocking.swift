import Foundation

/// Runs `body`, which may block, on a thread of its own, so that no test holds one of Swift's few threads.
public func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread {
      // Swift's threads block signals, and threads and child processes inherit that: one started from here could not be
      // told to end.
      var none = sigset_t()
      sigemptyset(&none)
      pthread_sigmask(SIG_SETMASK, &none, nil)
      continuation.resume(with: Result { try body() })
    }
  }
}

/// Runs `body` `count` times at once, each on a thread of its own, and returns what they return, in order.
public func concurrently<Value: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: (Int, Value).self) { group in
    for number in 0..<count {
      group.addTask { (number, try await blocking { try body(number) }) }
    }
    var values: [Int: Value] = [:]
    for try await (number, value) in group { values[number] = value }
    return (0..<count).compactMap { values[$0] }
  }
}
