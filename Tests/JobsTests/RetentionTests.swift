import Jobs
import JobsSQLite
import Logging
import TestSupport
import Testing

@Suite("Retention", .serialized)
struct RetentionTests {
  @Test("each kind is kept for its own time, and one without a time for ever; one that is held keeps no other")
  func kinds() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteJobStore.open(path: folder.path + "/orders.db")
    let (short, long, held, other) = (
      JobKind(rawValue: "short"), JobKind(rawValue: "long"), JobKind(rawValue: "held"), JobKind(rawValue: "other")
    )
    let now = Timestamp.now.milliseconds
    var ids: [JobKind: JobID] = [:]
    for (kind, age): (JobKind, Int64) in [(short, 10_000), (long, 10_000), (held, 864_000_000), (other, 10_000)] {
      let submission = try await store.submit(NewJob(kind: kind, input: [1]), limits: QueueLimits(), at: .now)
      guard case .accepted(let id) = submission else { continue }
      _ = try await store.cancel(id, at: Timestamp(milliseconds: now - age))
      ids[kind] = id
    }
    let retention = Retention(
      store: store, keep: [short: .seconds(1), long: .seconds(3600), held: .seconds(1)],
      rule: ExpiryRule(clockTrust: .zero, mostAtOnce: .seconds(86_400)),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let task = Task { try await retention.run() }
    try await eventually("one expires, and one is held") {
      guard try await store.tombstone(of: try #require(ids[short])) != nil else { return false }
      return try await store.health().heldExpiries.keys.contains(held)
    }
    for kind in [long, held, other] {
      #expect(try await store.read(try #require(ids[kind]), withInput: false) != nil, "\(kind)")
    }
    #expect(try await store.health().heldExpiries.count == 1)
    task.cancel()
    try await task.value
    await store.close()
  }
}
