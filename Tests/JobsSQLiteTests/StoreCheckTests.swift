import Jobs
import Testing

@testable import JobsSQLite

@Suite("A check of the store")
struct StoreCheckTests {
  let bench = try! SQLiteBench()

  /// A store with a job in every status, one that expired, one that waits for its last attempt alone, and two of whose end
  /// there is something to tell: job 3, which is being told of, and job 5.
  private func fill() async throws {
    let store = try bench.open()
    for _ in 0..<8 {
      _ = try await store.submit(
        NewJob(kind: .order, input: [1], callback: "https://a.example/"), limits: QueueLimits(jobs: 99), at: .at(1))
    }
    let sent = JobFile(name: "a", type: "b/c", size: 1, digest: "d", stored: "in.1")
    _ = try await store.submit(
      NewJob(
        kind: .order, input: [UInt8](repeating: 1, count: 5000),
        files: [InputFile(number: 0, title: "x", file: sent)]),
      limits: QueueLimits(jobs: 99), at: .at(1))
    let claims = try await store.claim(Room(6, of: [.order: 2]), at: .at(2)).map(\.tenure)
    try await store.finish(claims[0], as: .complete([]), at: .at(3))
    try await store.finish(claims[1], as: .fail(.workFailed), at: .at(10))
    _ = try await store.cancel(claims[2].id, at: .at(10))
    try await store.finish(claims[3], as: .retry(after: .seconds(99)), at: .at(10))
    try await store.finish(claims[4], as: .complete([]), at: .at(10))
    for told in try await store.claimCallbacks(2, lease: .zero) { _ = try await store.settle(told, as: .settled) }
    _ = try await store.expire(.order, endedBefore: .at(9), limit: 9, at: .at(20))
    let victim = try bench.open()
    _ = try await victim.claim(Room(1, of: [.order: 2]), at: .at(30))
    await victim.abandon()
    _ = try await store.reap(at: .at(31))
    _ = try await store.claimCallbacks(1, lease: .seconds(60))
    // Kept for this one, which is busy.
    _ = try await store.claim(Room(1, of: [.order: 2]), at: .at(32))
    await store.abandon()
  }

  @Test("finds nothing wrong with a store that has seen everything")
  func clean() async throws {
    try await fill()
    let findings = try SQLiteJobStore.check(path: bench.path)
    #expect(findings.faults == [])
    let newest = try #require(Migration.all.last).name
    #expect(findings.facts.first?.hasSuffix("journal mode wal, schema \(newest)") == true)
    #expect(
      findings.facts.dropFirst() == [
        "1 cancelled", "1 complete", "1 failed", "1 running", "4 started", "1 expired", "2 callbacks to send",
      ])
  }

  @Test(
    "objects to everything that is never true",
    arguments: [
      ("a running job has one owner", "UPDATE job SET member = NULL WHERE status = 'running'"),
      ("a running job has one owner", "UPDATE job SET member = 77 WHERE status = 'running'"),
      ("only a running job, or a lone one", "UPDATE job SET member = 1 WHERE status = 'complete'"),
      ("only a running job, or a lone one", "UPDATE job SET alone = 0 WHERE status = 'started'"),
      ("a final job has the time", "UPDATE job SET finished_at = NULL WHERE status = 'failed'"),
      ("a final job has the time", "UPDATE job SET finished_at = 1 WHERE status = 'running'"),
      ("a complete job has a result", "DELETE FROM result"),
      ("a complete job has a result", "INSERT INTO result VALUES (6, x'01')"),
      ("a complete job has a result", "INSERT INTO result VALUES (99, x'01')"),
      ("a failed job has a reason", "UPDATE job SET failure_code = NULL"),
      ("a change number is given once", "UPDATE tombstone SET change = (SELECT max(change) FROM job)"),
      ("no id and no change number", "UPDATE store SET newest_change = newest_change - 1"),
      ("no id and no change number", "UPDATE store SET newest_job = newest_job - 1"),
      ("an expired job is gone", "UPDATE tombstone SET job = 2"),
      ("the number of waiting jobs", "UPDATE store SET queued = queued + 1"),
      ("the number of ended jobs", "UPDATE store SET ended = ended + 1"),
      (
        "a path belongs to one kind",
        "INSERT INTO kind (name, path, digest, declared_at) VALUES ('a', 'x', '', 1), ('b', 'x', '', 1)"
      ),
      ("percent is 100", "UPDATE job SET percent = 99 WHERE status = 'complete'"),
      ("percent is 100", "UPDATE job SET percent = 100 WHERE status = 'running'"),
      ("percent is 100", "UPDATE job SET percent = -1 WHERE status = 'running'"),
      ("what has run has begun", "UPDATE job SET started_at = NULL WHERE status = 'failed'"),
      ("what has run has begun", "UPDATE job SET attempt = 0 WHERE status = 'running'"),
      ("a job's input stands in one place", "DELETE FROM large_input"),
      ("a job's input stands in one place", "UPDATE job SET input = x'01'"),
      ("a log belongs to an attempt", "INSERT INTO log VALUES (99, 0, x'01')"),
      ("a log belongs to an attempt", "INSERT INTO log VALUES (2, 99, x'01')"),
      ("a file belongs to a job", "INSERT INTO file VALUES (99, 0, 'a', 'b/c', 1, 'd', 'x.1', 0, NULL)"),
      ("a file belongs to a job", "INSERT INTO file VALUES (2, 0, 'a', 'b/c', 1, 'd', 'x.1', NULL, NULL)"),
      ("a file belongs to a job", "INSERT INTO expired_file SELECT stored FROM file"),
      ("a passage of a text belongs to a job", "INSERT INTO passage VALUES (1, 99, 1)"),
      ("a passage of a text belongs to a job", "INSERT INTO passage_text (rowid, whose, text) VALUES (1, 'w1', 'x')"),
      ("a text waits for a complete job", "INSERT INTO text_queue (job, stored) VALUES (99, 'x.1')"),
      ("the bytes of files are", "UPDATE store SET file_bytes = file_bytes + 1"),
      ("the bytes of files are", "UPDATE file_share SET bytes = 0"),
      ("the bytes of files are", "INSERT INTO file_share VALUES ('nobody', 1)"),
      ("a callback belongs to a job", "INSERT INTO callback VALUES (99, 'https://a.example/')"),
      ("only of the end of a job", "UPDATE job SET status = 'running' WHERE id = 3"),
      ("only of the end of a job", "DELETE FROM callback WHERE job = 3"),
      ("only of the end of a job", "UPDATE outbox SET job = 99 WHERE job = 3"),
      ("a message has an id of its own", "UPDATE outbox SET message = 'a-1'"),
      ("a message has an id of its own", "UPDATE outbox SET message = '-' || job"),
      ("what is being sent is sent by a member", "UPDATE outbox SET member = 77 WHERE member IS NOT NULL"),
      ("what is being sent is sent by a member", "UPDATE outbox SET attempt = 0"),
      ("what is being sent is sent by a member", "UPDATE outbox SET attempt = -1 WHERE member IS NULL"),
      ("there is one row of counters", "INSERT INTO store SELECT * FROM store"),
      ("the journal mode is delete", "PRAGMA journal_mode = delete"),
      ("the schema is an older version's", "DELETE FROM grdb_migrations WHERE identifier = '2'"),
      (
        "the file is damaged",
        "PRAGMA writable_schema = 1; DELETE FROM sqlite_master WHERE name = 'job_changed'"
      ),
    ])
  func objects(sentence: String, sql: String) async throws {
    try await fill()
    try bench.edit(sql)
    let faults = try SQLiteJobStore.check(path: bench.path).faults
    #expect(faults.contains { $0.hasPrefix(sentence) }, "\(faults)")
  }

  @Test("refuses what is no store of ours")
  func foreign() throws {
    try bench.edit("CREATE TABLE theirs (x)")
    #expect(throws: StoreError.self) { try SQLiteJobStore.check(path: bench.path) }
  }
}
