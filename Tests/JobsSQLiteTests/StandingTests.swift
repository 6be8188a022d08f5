import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("What a store has to do", .serialized)
struct StandingTests {
  let bench = try! SQLiteBench()

  @Test("is what waits, what runs, and since when the oldest could be taken")
  func standing() async throws {
    let store = try bench.open()
    #expect(try told(by: store) == .init())
    for moment: Int64 in [1000, 2000, 3000] {
      _ = try await store.submit(.order(), limits: QueueLimits(jobs: 10), at: .at(moment))
    }
    #expect(try told(by: store) == .init(queued: 3, queuedBytes: 12, oldestAcceptedAt: .at(1000)))
    let claims = try await store.claim(Room(1, of: [.order: 3]), at: .at(4000))
    #expect(try told(by: store) == .init(queued: 2, queuedBytes: 8, running: 1, oldestAcceptedAt: .at(2000)))
    #expect(try store.standing(of: [.order]).logBytes == fileSize(bench.path + "-wal"))
    #expect(fileSize(bench.path + "-wal") > 0)
    // What waits for its time can't be taken by anybody.
    _ = try await store.finish(try #require(claims.first).tenure, as: .retry(after: .seconds(60)), at: .at(5000))
    _ = try await store.claim(Room(2, of: [.order: 3]), at: .at(6000))
    #expect(try told(by: store) == .init(queued: 1, queuedBytes: 4, running: 2))
  }

  @Test("is told of each kind that was asked for, and of any other of which a job waits or runs")
  func kinds() async throws {
    let store = try bench.open()
    let (report, other) = (JobKind(rawValue: "report"), JobKind(rawValue: "other"))
    for (kind, moment): (JobKind, Int64) in [(.order, 3000), (report, 1000), (report, 2000)] {
      _ = try await store.submit(NewJob(kind: kind, input: [1, 2]), limits: QueueLimits(), at: .at(moment))
    }
    #expect(
      try store.standing(of: [.order, other]).kinds == [
        .order: .init(queued: 1, queuedBytes: 2, oldestAcceptedAt: .at(3000)),
        report: .init(queued: 2, queuedBytes: 4, oldestAcceptedAt: .at(1000)), other: .init(),
      ])
    let claims = try await store.claim(Room(9, of: [report: 3]), at: .at(4000))
    #expect(try store.standing(of: []).kinds[report] == .init(running: 2))
    for claim in claims { try await store.finish(claim.tenure, as: .complete([]), at: .at(5000)) }
    #expect(try store.standing(of: []).kinds.keys.map { $0 } == [.order])
  }

  @Test("is what waits though a member of the version before has put it there or taken it out")
  func uncounted() async throws {
    let store = try bench.open()
    _ = try await store.submit("four")
    try await store.write("earlier version") { transaction in
      _ = try transaction.connection(
        Query("UPDATE job SET status = 'cancelled', finished_at = 1 WHERE id = 1")
      ).run()
      transaction.counters.queued -= 1
    }
    #expect(try store.standing(of: [.order]).kinds == [.order: .init()])
  }

  private func told(by store: SQLiteJobStore) throws -> StoreStanding.Kind? {
    try store.standing(of: [.order]).kinds[.order]
  }

  @Test("has the metrics of all members in one folder, whatever path they were given")
  func folder() throws {
    _ = try bench.open()
    let folder = try SQLiteJobStore.metricsFolder(ofStoreAt: bench.path)
    #expect(folder.hasSuffix("/orders.db-metrics"))
    let other = bench.folder.path + "/../" + bench.folder.path.split(separator: "/").last! + "/orders.db"
    #expect(try SQLiteJobStore.metricsFolder(ofStoreAt: other) == folder)
  }
}
