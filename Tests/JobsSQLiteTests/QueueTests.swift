import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("The queues' numbers, bytes and shares", .serialized)
struct QueueTests {
  let bench = try! SQLiteBench()

  @Test("a sum of bytes that the version before left wrong is put right at the next opening, too high or too low")
  func healsAtOpening() async throws {
    for wrong in [0, 1_000_000] {
      let store = try bench.open()
      _ = try await store.submit(
        NewJob(kind: .order, input: [UInt8](repeating: 1, count: 5000)), limits: QueueLimits(), at: .at(1))
      await store.close()
      // That version writes no sizes either.
      try bench.edit(
        """
        UPDATE job SET size = NULL;
        UPDATE store SET queued_bytes = \(wrong);
        UPDATE kind_state SET queued = \(wrong), queued_bytes = \(wrong);
        """)
      let next = try bench.open()
      let (jobs, bytes): (Int64, Int64) = wrong == 0 ? (1, 5000) : (2, 10_000)
      #expect(try next.numbers(of: .order) == [jobs, bytes])
      #expect(try next.number("SELECT queued_bytes FROM store") == bytes)
      await next.close()
    }
  }

  @Test("before bytes stand in a job's way they are summed up anew, but not again at once")
  func healsBeforeRefusal() async throws {
    let store = try bench.open()
    let limits = QueueLimits(bytes: 100)
    func count(_ bytes: Int64, recounted: MonotonicTime?) async throws {
      try await store.write("drift") { transaction in
        _ = try transaction.connection(Query("UPDATE kind_state SET queued_bytes = \(bytes)")).run()
        transaction.recounted = recounted
      }
    }
    _ = try await store.submit(.order("ten bytes."), limits: limits, at: .at(1))
    try await count(1000, recounted: nil)
    #expect(try await store.submit(.order("ten bytes."), limits: limits, at: .at(1)) == .accepted(JobID(rawValue: 2)))
    #expect(try store.numbers(of: .order) == [2, 20])
    try await count(1000, recounted: .now.advanced(by: .seconds(3600)))
    #expect(try await store.submit(.order("ten bytes."), limits: limits, at: .at(1)) == .queueFull)
    try await count(0, recounted: .now.advanced(by: .seconds(-3600)))
    #expect(
      try await store.submit(NewJob(kind: .order, input: [UInt8](repeating: 1, count: 90)), limits: limits, at: .at(1))
        == .queueFull)
  }

  @Test("all that waits is summed up, whatever it waits for")
  func sums() async throws {
    let store = try bench.open()
    for text in ["1", "22", "333", "4444"] { _ = try await store.submit(text) }
    let claims = try await store.claim(Room(2, of: [.order: 3]), at: .at(1))
    _ = try await store.finish(claims[0].tenure, as: .retry(after: .seconds(3600)), at: .at(1))
    try await store.write("alone") { transaction in
      _ = try transaction.connection(Query("UPDATE job SET alone = 1 WHERE id = 4")).run()
      let counted = (transaction.counters.queued, transaction.counters.queuedBytes)
      try transaction.recountQueue()
      #expect(counted == (3, 8))
      #expect((transaction.counters.queued, transaction.counters.queuedBytes) == (3, 8))
      #expect(transaction.queues?[.order] == Waiting(jobs: 3, bytes: 8))
    }
  }

  @Test("jobs that the version before put in or took out are noticed when the next comes, at most once a second")
  func healsWhereSumsDiffer() async throws {
    let store = try bench.open()
    let report = JobKind(rawValue: "report")
    func submit(_ kind: JobKind, _ jobs: Int) async throws -> Submission {
      try await store.submit(NewJob(kind: kind, input: [1]), limits: QueueLimits(jobs: jobs), at: .at(1))
    }
    func change(_ sql: String, queued: Int64, recounted: MonotonicTime?) async throws {
      try await store.write("earlier version") { transaction in
        _ = try transaction.connection(Query(sql)).run()
        transaction.counters.queued += queued
        transaction.recounted = recounted
      }
    }
    for _ in 1...3 { _ = try await submit(.order, 9) }
    _ = try await submit(report, 9)
    // It counts all kinds together.
    let lately = MonotonicTime.now.advanced(by: .seconds(-2))
    try await change("UPDATE job SET status = 'cancelled', finished_at = 1 WHERE id = 1", queued: -1, recounted: lately)
    #expect(try await submit(.order, 3) == .accepted(JobID(rawValue: 5)))
    #expect(try store.numbers(of: .order) == [3, 3])
    #expect(try store.numbers(of: report) == [1, 1])
    let soon = MonotonicTime.now.advanced(by: .seconds(3600))
    try await change("UPDATE job SET status = 'cancelled', finished_at = 1 WHERE id = 2", queued: -1, recounted: soon)
    #expect(try await submit(.order, 3) == .queueFull)
    try await change("UPDATE job SET status = 'cancelled', finished_at = 1 WHERE id = 4", queued: -1, recounted: lately)
    #expect(try await submit(.order, 3) == .accepted(JobID(rawValue: 6)))
    #expect(try store.numbers(of: report) == [0, 0])
  }

  @Test("a transaction writes the numbers of the kinds that it changed, once each")
  func writesOnce() async throws {
    let store = try bench.open()
    for kind in ["a", "b", "c"] {
      _ = try await store.submit(
        NewJob(kind: JobKind(rawValue: kind), input: [1]), limits: QueueLimits(), at: .at(1))
    }
    try await store.write("count writes") { transaction in
      _ = try transaction.connection(Query("CREATE TABLE noted (kind TEXT NOT NULL)")).run()
      _ = try transaction.connection(
        Query(
          """
          CREATE TRIGGER note AFTER UPDATE ON kind_state BEGIN INSERT INTO noted VALUES (new.kind); END
          """)
      ).run()
    }
    let turn = HeldTurn(of: bench.path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        let kind = JobKind(rawValue: number.isMultiple(of: 2) ? "a" : "b")
        group.addTask { _ = try await store.submit(NewJob(kind: kind, input: [1]), limits: QueueLimits(), at: .at(1)) }
      }
      group.addTask {
        try await eventually("all wait") { store.waitingWrites >= 19 }
        turn.release()
      }
      try await group.waitForAll()
    }
    // One of them may have been waiting for the turn alone.
    #expect(try store.number("SELECT count(*) FROM noted") <= 3)
    #expect(try store.number("SELECT count(*) FROM noted WHERE kind = 'c'") == 0)
    #expect(try store.numbers(of: JobKind(rawValue: "a")) == [11, 11])
  }

  @Test("an operation that fails alone leaves the numbers as they were before it")
  func separately() async throws {
    let store = try bench.open()
    await #expect(throws: StoreError.self) {
      try await store.write("bad") { transaction in
        try transaction.enqueued(7, of: .order, from: nil)
        throw StoreError(.refused, operation: "bad", cause: "it is")
      }
    }
    _ = try await store.submit("four")
    #expect(try store.numbers(of: .order) == [1, 4])
  }

  @Test("a client is in the store as a keyed hash, and is not there any more once its job is final")
  func clients() async throws {
    let store = try bench.open()
    let client = [UInt8]("198.51.100.7".utf8)
    for _ in 1...4 {
      _ = try await store.submit(NewJob(kind: .order, input: [1], client: client), limits: QueueLimits(), at: .at(1))
    }
    func known() throws -> Int64 { try store.number("SELECT count(*) FROM job WHERE client IS NOT NULL") }
    #expect(try known() == 4)
    #expect(try store.number("SELECT count(DISTINCT client) FROM job") == 1)
    let claims = try await store.claim(Room(3, of: [.order: 3]), at: .at(1))
    #expect(try known() == 4)
    _ = try await store.finish(
      [
        JobEnd(tenure: claims[0].tenure, outcome: .complete([])),
        JobEnd(tenure: claims[1].tenure, outcome: .fail(JobFailure(code: "c", detail: "d"))),
        JobEnd(tenure: claims[2].tenure, outcome: .release),
      ], at: .at(1))
    #expect(try known() == 2)
    for id: Int64 in [3, 4] { _ = try await store.cancel(JobID(rawValue: id), at: .at(1)) }
    #expect(try known() == 0)
    let secret = try store.number("SELECT length(client_secret) FROM store")
    #expect(secret == 16)
    #expect(try store.number("SELECT count(*) FROM job WHERE hex(input) LIKE '%3139382e%'") == 0)
  }

  @Test("a client's hash that the version before left in a final job's row goes at the next opening")
  func forgets() async throws {
    let store = try bench.open()
    _ = try await store.submit(NewJob(kind: .order, input: [1], client: [1]), limits: QueueLimits(), at: .at(1))
    _ = try await store.submit(NewJob(kind: .order, input: [1], client: [1]), limits: QueueLimits(), at: .at(1))
    _ = try await store.cancel(JobID(rawValue: 1), at: .at(1))
    try await store.write("old") { _ = try $0.connection(Query("UPDATE job SET client = 7 WHERE id = 1")).run() }
    await store.close()
    let next = try bench.open()
    #expect(try next.number("SELECT sum(id) FROM job WHERE client IS NOT NULL") == 2)
  }
}

extension SQLiteJobStore {
  /// Jobs and bytes as the store has them noted.
  fileprivate func numbers(of kind: JobKind) throws -> [Int64] {
    try ["queued", "queued_bytes"].map { try number("SELECT \($0) FROM kind_state WHERE kind = '\(kind)'") }
  }
}
