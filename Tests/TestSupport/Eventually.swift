import Foundation

/// How long a test waits for what takes no time: long enough that only a hang gets there, on whatever machine.
public let hangLimit = Duration.seconds(180)

/// Waits until `condition` holds, asking again every few milliseconds; throws after `limit`. For what no event tells of:
/// a limit is there to catch a hang, not to measure.
public func eventually(
  within limit: Duration = hangLimit, _ what: String, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now.advanced(by: limit)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, limit: limit) }
    try await Task.sleep(for: .milliseconds(2))
  }
}

/// ``eventually(within:_:_:)`` for code on a thread of its own. Blocks.
public func patiently(within limit: Duration = hangLimit, _ what: String, _ condition: () throws -> Bool) throws {
  let deadline = ContinuousClock.now.advanced(by: limit)
  while try !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, limit: limit) }
    Thread.sleep(forTimeInterval: 0.0005)
  }
}

public struct NeverHappened: Error, CustomStringConvertible {
  public let what: String
  public let limit: Duration

  public init(what: String, limit: Duration) {
    self.what = what
    self.limit = limit
  }

  public var description: String { "not within \(limit): \(what)" }
}
