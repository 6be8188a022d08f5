import Foundation
import GRDB
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("Stores of earlier versions", .serialized)
struct EarlierVersionTests {
  let bench = try! SQLiteBench()

  @Test("a store of the first version is brought up to date, with its jobs")
  func migrates() async throws {
    try SQLiteBench.makeFirstVersion(
      path: bench.path,
      """
      INSERT INTO job (id, kind, owner, status, change, created_at, updated_at, input) VALUES
        (1, 'order', '', 'started', 1, 1, 1, x'01'), (2, 'order', '', 'started', 2, 1, 1, x'01');
      INSERT INTO job (id, kind, owner, status, change, created_at, updated_at, finished_at, input) VALUES
        (3, 'order', '', 'cancelled', 3, 1, 1, 1, x'01');
      UPDATE store SET newest_job = 3, newest_change = 3, queued = 2;
      """)
    let store = try bench.open()
    let counts = try await store.counts()
    #expect((counts.queued, counts.ended) == (2, 1))
    #expect(try await store.claim(9, of: [.order: 3], beside: 0, at: .at(1)).count == 2)
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  /// A database as responders of schema 3 left it when they were killed: job 1 is expired, 2 and 3 are complete, 4 is
  /// failed, 5 was running, 6 is cancelled, 7 and 8 wait. 2, 5 and 8 have callbacks, and that of 2 is owed.
  @Test("one of schema 3, with jobs in every state and callbacks owed, goes on where it stood")
  func version3() async throws {
    try copyFixture("version-3")
    let store = try bench.open()
    let jobs = try await store.list(JobQuery(kind: .order, owner: "", limit: 100))
    #expect(jobs.map(\.id.rawValue) == [2, 3, 4, 5, 6, 7, 8])
    #expect(jobs.map(\.status) == [.complete, .complete, .failed, .running, .cancelled, .started, .started])
    #expect(jobs[0].input == [UInt8](#""products":["told"],"amount":2.5"#.utf8))
    #expect(jobs[2].failure?.code == "timed-out")
    #expect(try await store.tombstone(of: JobID(rawValue: 1))?.kind == .order)
    #expect(try await store.result(of: JobID(rawValue: 3))?.count == 6138)
    let again = NewJob(kind: .order, input: jobs[1].input, idempotencyKey: "fixture")
    #expect(try await store.submit(again, limits: QueueLimits(jobs: 9), at: .at(1)) == .replayed(jobs[1].id))

    #expect(try await store.claimCallbacks(9, lease: .seconds(60)).map(\.job.id) == [jobs[0].id])
    #expect(try await store.reap(at: .at(1)) == [jobs[3].id])
    let claims = try await store.claim(9, of: [.order: 3], beside: 0, at: .at(2))
    #expect(Set(claims.map(\.tenure.id)) == [jobs[3].id, jobs[5].id, jobs[6].id])
    for claim in claims { try await store.finish(claim.tenure, as: .complete([1]), at: .at(3)) }
    let owed = try await store.claimCallbacks(9, lease: .seconds(60))
    #expect(Set(owed.map(\.job.id)) == [jobs[3].id, jobs[6].id])
    #expect(owed.allSatisfy { $0.url == "http://127.0.0.1:59935/hook" })

    let counts = try await store.counts()
    #expect((counts.queued, counts.ended) == (0, 8))
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  @Test("one of schema 3 gets the tables of a new one")
  func schema() async throws {
    try copyFixture("version-3")
    await (try bench.open()).close()
    let fresh = try SQLiteBench()
    await (try fresh.open()).close()
    #expect(try tables(of: bench.path) == tables(of: fresh.path))
  }

  /// The machine has started anew since.
  private func copyFixture(_ name: String) throws {
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).sqlite")
    try FileManager.default.copyItem(at: fixture, to: URL(filePath: bench.path))
    let queue = try DatabaseQueue(path: bench.path)
    try queue.write { try $0.execute(sql: "UPDATE store SET boot = 'another'") }
    try queue.close()
  }

  /// Without the index that is made where jobs expire.
  private func tables(of path: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    let made = try queue.read { db in
      try String.fetchAll(
        db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'job_ended' ORDER BY name")
    }
    return made.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
  }
}
