import TestSupport

/// What an exploration came to.
struct Exploration: Sendable {
  var states: Int
  var isComplete: Bool
  /// The promise that was broken, and the shortest way to it.
  var broken: Invariant?
  var trace: String?

  /// On a thread of its own: it computes for seconds, and Swift's few threads belong to all tests.
  init(of model: ProtocolModel, keeping promises: [Invariant]) async throws {
    self = try await blocking {
      let explorer = Explorer(model, keeps: promises)
      return Exploration(
        states: explorer.states.count, isComplete: explorer.isComplete, broken: explorer.finding?.promise,
        trace: explorer.finding?.trace)
    }
  }

  private init(states: Int, isComplete: Bool, broken: Invariant?, trace: String?) {
    self.states = states
    self.isComplete = isComplete
    self.broken = broken
    self.trace = trace
  }
}
