import GRDB
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("The queue's bytes and shares", .serialized)
struct QueueTests {
  let bench = try! SQLiteBench()

  @Test("a sum of bytes that the version before left wrong is put right at the next opening, too high or too low")
  func healsAtOpening() async throws {
    for wrong in [0, 1_000_000] {
      let store = try bench.open()
      _ = try await store.submit(
        NewJob(kind: .order, input: [UInt8](repeating: 1, count: 5000)), limits: QueueLimits(), at: .at(1))
      await store.close()
      let queue = try DatabaseQueue(path: bench.path)
      try await queue.write { db in
        // That version writes no sizes either.
        try db.execute(sql: "UPDATE job SET size = NULL")
        try db.execute(sql: "UPDATE store SET queued_bytes = \(wrong)")
      }
      try queue.close()
      let next = try bench.open()
      #expect(try next.standing(of: []).queuedBytes == (wrong == 0 ? 5000 : 10_000))
      await next.close()
    }
  }

  @Test("before bytes stand in a job's way they are summed up anew, but not again at once")
  func healsBeforeRefusal() async throws {
    let store = try bench.open()
    let limits = QueueLimits(bytes: 100)
    func count(_ bytes: Int64, recounted: MonotonicTime?) async throws {
      try await store.write("drift") { transaction in
        transaction.counters.queuedBytes = bytes
        transaction.recounted = recounted
      }
    }
    _ = try await store.submit(.order("ten bytes."), limits: limits, at: .at(1))
    try await count(1000, recounted: nil)
    #expect(try await store.submit(.order("ten bytes."), limits: limits, at: .at(1)) == .accepted(JobID(rawValue: 2)))
    #expect(try store.standing(of: []).queuedBytes == 20)
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
    let claims = try await store.claim(2, of: [.order: 3], beside: 0, at: .at(1))
    _ = try await store.finish(claims[0].tenure, as: .retry(after: .seconds(3600)), at: .at(1))
    try await store.write("alone") { transaction in
      _ = try transaction.connection(Query("UPDATE job SET alone = 1 WHERE id = 4")).run()
      let counted = transaction.counters.queuedBytes
      try transaction.recountQueue()
      #expect(counted == 8 && transaction.counters.queuedBytes == 8)
    }
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
    let claims = try await store.claim(3, of: [.order: 3], beside: 0, at: .at(1))
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
