/// Waits until `condition` holds, asking again every few milliseconds; throws after `limit`. For what no event tells of:
/// a limit is there to catch a hang, not to measure.
public func eventually(
  within limit: Duration = .seconds(10), _ what: String, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now.advanced(by: limit)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, limit: limit) }
    try await Task.sleep(for: .milliseconds(2))
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
