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
    #expect(try told(by: store) == Told(0, 0, nil))
    for moment: Int64 in [1000, 2000, 3000] {
      _ = try await store.submit(.order(), limits: QueueLimits(jobs: 10), at: .at(moment))
    }
    #expect(try told(by: store) == Told(3, 0, .at(1000)))
    #expect(try store.standing(of: []).oldestAcceptedAt == nil)
    let claims = try await store.claim(1, of: [.order: 3], beside: 0, at: .at(4000))
    #expect(try told(by: store) == Told(2, 1, .at(2000)))
    #expect(try store.standing(of: [.order]).logBytes == fileSize(bench.path + "-wal"))
    #expect(fileSize(bench.path + "-wal") > 0)
    // What waits for its time can't be taken by anybody.
    _ = try await store.finish(try #require(claims.first).tenure, as: .retry(after: .seconds(60)), at: .at(5000))
    _ = try await store.claim(2, of: [.order: 3], beside: 0, at: .at(6000))
    #expect(try told(by: store) == Told(1, 2, nil))
  }

  private struct Told: Equatable {
    let queued: Int
    let running: Int
    let oldest: Timestamp?

    init(_ queued: Int, _ running: Int, _ oldest: Timestamp?) {
      (self.queued, self.running, self.oldest) = (queued, running, oldest)
    }
  }

  private func told(by store: SQLiteJobStore) throws -> Told {
    let standing = try store.standing(of: [.order])
    return Told(standing.queued, standing.running, standing.oldestAcceptedAt)
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
