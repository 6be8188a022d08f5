public import Jobs
public import Testing

/// One promise of ``JobStore``, as a sentence and its test. A store's test target runs them all:
/// `@Test(arguments: Guarantee.all) func keeps(_ guarantee: Guarantee) async throws { try await guarantee.check(bench) }`
public struct Guarantee: Sendable, CustomTestStringConvertible {
  public let sentence: String
  public let check: @Sendable (any JobStoreBench) async throws -> Void

  init(_ sentence: String, check: @escaping @Sendable (any JobStoreBench) async throws -> Void) {
    self.sentence = sentence
    self.check = check
  }

  public var testDescription: String { sentence }

  public static let all =
    submitting + claiming + standing + slots + oneAttemptAtATime + renewing + finishing + retrying + cancelling
    + logging + reading + listing + reaping + alone + expiring + removing + files + inputFiles + searching + watching
    + callingBack + kinds
}

/// One empty store, and any number of members of it.
public protocol JobStoreBench: Sendable {
  /// One more member, whose jobs may be taken when it has not renewed for `lease`.
  func join(lease: Duration) async throws -> any JobStore

  /// What `kill -9` does to that member, which is dead when this returns.
  func kill(_ member: any JobStore) async throws
}

extension JobStoreBench {
  func join() async throws -> any JobStore {
    try await join(lease: .seconds(60))
  }

  func join(_ count: Int) async throws -> [any JobStore] {
    var members: [any JobStore] = []
    for _ in 0..<count { members.append(try await join()) }
    return members
  }
}
