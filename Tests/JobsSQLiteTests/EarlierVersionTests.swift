import Foundation
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
    #expect(try await store.claim(Room(9, of: [.order: 3]), at: .at(1)).count == 2)
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
    let claims = try await store.claim(Room(9, of: [.order: 3]), at: .at(2))
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

  /// In a rolling restart its members go on over this version's tables. These are those of its statements that a change of
  /// the tables could break.
  @Test(
    "the statements of schema 4 go on over the tables of this one",
    arguments: [
      "SELECT count(*), coalesce(sum(size), 0) FROM job INDEXED BY job_client WHERE client = 1 AND status = 'started'",
      """
      UPDATE job SET client = NULL WHERE id IN (
        SELECT id FROM job INDEXED BY job_client WHERE client IS NOT NULL AND status NOT IN ('started', 'running'))
      """,
      "SELECT newest_job, newest_member, newest_change, queued, ended, queued_bytes FROM store",
      "UPDATE store SET newest_job = 1, newest_change = 1, queued = 1, ended = 0, queued_bytes = 3",
      """
      INSERT INTO job (id, kind, owner, status, change, created_at, updated_at, idempotency_key, input, size, client)
      VALUES (1, 'order', '', 'started', 1, 1, 1, NULL, x'010203', 3, 7)
      """,
      "UPDATE store SET clock_boot = '', clock_since = 0, clock_uptime = 0, clock_wall = 0, expiry_held = 5",
      "CREATE INDEX IF NOT EXISTS job_ended ON job (finished_at) WHERE finished_at IS NOT NULL",
      """
      SELECT coalesce(sum(size), 0) FROM job INDEXED BY job_waiting
      WHERE status = 'started' AND delayed_until IS NULL AND alone = 0
      """,
    ])
  func goesOn(sql: String) async throws {
    let store = try bench.open()
    try await store.write("earlier version") { _ = try $0.connection(Query(sql)).run() }
  }

  @Test("what a member of schema 4 lets wait is in its kind's queue when this version submits again")
  func mixed() async throws {
    let store = try bench.open()
    _ = try await store.submit()
    try await store.write("earlier version") { transaction in
      let insert = Query(
        """
        INSERT INTO job (id, kind, owner, status, change, created_at, updated_at, input, size)
        VALUES (?1, 'order', '', 'started', ?2, 1, 1, x'010203', 3)
        """)
      for _ in 1...3 {
        try transaction.connection(insert).run(transaction.counters.nextJob(), transaction.counters.nextChange())
        transaction.counters.queued += 1
        transaction.counters.queuedBytes += 3
      }
      transaction.recounted = .now.advanced(by: .seconds(-2))
    }
    #expect(try await store.waitingCounts(except: []) == [.order: 4])
    #expect(try await store.submit(.order(), limits: QueueLimits(jobs: 4), at: .at(1)) == .queueFull)
    let next = try bench.open()
    #expect(try next.number("SELECT queued FROM kind_state WHERE kind = 'order'") == 4)
    #expect(try next.number("SELECT queued_bytes FROM kind_state WHERE kind = 'order'") == 13)
  }

  @Test("a log goes with the job that a member of schema 5 lets expire")
  func log() async throws {
    let store = try bench.open()
    _ = try await store.submit()
    let tenure = try await store.claim(Room(1, of: [.order: 3]), at: .at(1))[0].tenure
    try await store.finish([JobEnd(tenure: tenure, outcome: .complete([]), log: [1])], at: .at(2))
    try await store.write("earlier version") { _ = try $0.connection(Query("DELETE FROM job WHERE id = 1")).run() }
    #expect(try store.number("SELECT count(*) FROM log") == 0)
  }

  @Test("a store of schema 4 whose jobs expire has its index, and that of the kinds beside it")
  func indexOfEnds() async throws {
    let store = try bench.open()
    try await store.write("earlier version") { transaction in
      let index = "CREATE INDEX IF NOT EXISTS job_ended ON job (finished_at) WHERE finished_at IS NOT NULL"
      _ = try transaction.connection(Query(index)).run()
    }
    _ = try await store.submit()
    _ = try await store.cancel(JobID(rawValue: 1), at: .at(1))
    #expect(try await store.expire(.order, endedBefore: .at(2), limit: 9, at: .at(3)) == [JobID(rawValue: 1)])
    #expect(try store.number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'job_ended%'") == 2)
  }

  /// The machine has started anew since.
  private func copyFixture(_ name: String) throws {
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).sqlite")
    try FileManager.default.copyItem(at: fixture, to: URL(filePath: bench.path))
    try bench.edit("UPDATE store SET boot = 'another'")
  }

  /// Without the index that is made where jobs expire.
  private func tables(of path: String) throws -> [String] {
    let connection = try Connection.editor(path: path)
    let made = try connection.once(
      "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'job_ended%' ORDER BY name"
    ).rows { $0.text(0) }
    try connection.close()
    return made.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
  }
}
