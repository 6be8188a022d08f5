import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("What is left of expired jobs", .serialized)
struct TombstoneTests {
  let bench = try! SQLiteBench()

  /// Submits a job for each owner, in turn, ends and expires all.
  private func expire(_ owners: [JobOwner], in store: SQLiteJobStore, kind: JobKind = .order) async throws {
    for owner in owners {
      let job = NewJob(kind: kind, owner: owner, input: [1])
      guard case .accepted(let id) = try await store.submit(job, limits: QueueLimits(), at: .at(1)) else { return }
      _ = try await store.cancel(id, at: .at(2))
    }
    _ = try await store.expire(kind, endedBefore: .at(9), limit: 10_000, at: .at(10))
  }

  private func fold(_ store: SQLiteJobStore, keeping newest: Int, ranges: Int64 = 1000) async throws {
    try await store.write("fold") { transaction in
      while try transaction.foldTombstones(keeping: newest, slack: 0, ranges: ranges) > 0 {}
    }
  }

  private func ranges(_ store: SQLiteJobStore) throws -> Int64 {
    try store.number("SELECT count(*) FROM tombstone_range")
  }

  @Test("neighbouring ids of one owner and kind share one row, however many they are, and each id is still expired")
  func runs() async throws {
    let store = try bench.open()
    try await expire(Array(repeating: "ann", count: 300), in: store)
    try await fold(store, keeping: 10)
    #expect(try store.number("SELECT count(*) FROM tombstone") == 10)
    #expect(try ranges(store) == 1)
    for id: Int64 in [1, 2, 150, 290, 291, 300] {
      let stone = try #require(try await store.tombstone(of: JobID(rawValue: id)))
      #expect(stone.id.rawValue == id && stone.owner == "ann" && stone.kind == .order)
    }
    #expect(try await store.tombstone(of: JobID(rawValue: 301)) == nil)
    // More of them make it longer.
    try await expire(Array(repeating: "ann", count: 50), in: store)
    try await fold(store, keeping: 10)
    #expect(try ranges(store) == 1)
    #expect(try store.number("SELECT last FROM tombstone_range") == 340)
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  @Test("ids of different owners, or kinds, are never one range: an id is expired for its owner alone")
  func owners() async throws {
    let store = try bench.open()
    try await expire(["ann", "ann", "bob", "ann", "bob", "bob"], in: store)
    try await expire(["bob", "bob"], in: store, kind: JobKind(rawValue: "report"))
    try await fold(store, keeping: 0)
    #expect(try ranges(store) == 5)
    for (id, owner) in zip([1, 2, 3, 4, 5, 6, 7] as [Int64], ["ann", "ann", "bob", "ann", "bob", "bob", "bob"]) {
      #expect(try await store.tombstone(of: JobID(rawValue: id))?.owner.name == owner)
    }
    #expect(try await store.tombstone(of: JobID(rawValue: 7))?.kind.rawValue == "report")
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  @Test("a gap is closed by the job in it when that expires later")
  func gaps() async throws {
    let store = try bench.open()
    for _ in 1...5 { _ = try await store.submit() }
    for id: Int64 in [1, 2, 4, 5] { _ = try await store.cancel(JobID(rawValue: id), at: .at(2)) }
    _ = try await store.expire(.order, endedBefore: .at(9), limit: 1000, at: .at(10))
    try await fold(store, keeping: 0)
    #expect(try ranges(store) == 2)
    #expect(try await store.tombstone(of: JobID(rawValue: 3)) == nil)
    _ = try await store.cancel(JobID(rawValue: 3), at: .at(2))
    _ = try await store.expire(.order, endedBefore: .at(9), limit: 1000, at: .at(10))
    try await fold(store, keeping: 0)
    #expect(try ranges(store) == 1)
    #expect(try await store.tombstone(of: JobID(rawValue: 3)) != nil)
  }

  @Test("where owners alternate the number of ranges has a bound: the oldest are forgotten, and their ids unknown")
  func bound() async throws {
    let store = try bench.open()
    try await expire((0..<40).map { $0 % 2 == 0 ? "ann" : "bob" }, in: store)
    try await fold(store, keeping: 4, ranges: 10)
    #expect(try ranges(store) == 10)
    #expect(try await store.tombstone(of: JobID(rawValue: 26)) == nil)
    #expect(try await store.tombstone(of: JobID(rawValue: 27)) != nil)
    #expect(try await store.counts().ended == 40)
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  @Test("changes are told one by one down to the newest of those put together, which the counts name")
  func changes() async throws {
    let store = try bench.open()
    try await expire(Array(repeating: "", count: 20), in: store)
    #expect(try await store.counts().foldedChange == 0)
    try await fold(store, keeping: 5)
    let counts = try await store.counts()
    let told = try await store.news(after: counts.foldedChange, of: nil, limit: 99).items
    #expect(told.map(\.change) == Array(counts.foldedChange + 1...counts.foldedChange + 5))
    #expect(
      told.map { item -> Int64? in if case .expired(let stone) = item { stone.id.rawValue } else { nil } }
        == [16, 17, 18, 19, 20])
  }

  @Test("few tombstones are left alone, and expiry itself puts together what is too much")
  func automatic() async throws {
    let store = try bench.open()
    try await store.write("many") { transaction in
      // As the version before leaves them.
      _ = try transaction.connection(
        Query(
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
          INSERT INTO tombstone SELECT i, 'order', '', i, 1 FROM n
          """)
      ).run()
      transaction.counters.newestJob = 12_000
      transaction.counters.newestChange = 12_000
      transaction.counters.ended = 12_000
    }
    for _ in 1...4 { _ = try await store.expire(.order, endedBefore: .at(0), limit: 500, at: .at(1)) }
    #expect(try store.number("SELECT count(*) FROM tombstone") == 10_000)
    #expect(try ranges(store) == 1)
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
    let commits = store.commits
    for _ in 1...4 { _ = try await store.expire(.order, endedBefore: .at(0), limit: 500, at: .at(1)) }
    #expect(store.commits <= commits + 1)
  }

  @Test("what waits for a confirmation is told with its number and times, and callbacks that nobody sends are dropped")
  func operatorsCommands() async throws {
    let store = try bench.open()
    #expect(try store.heldExpiries() == [])
    try await store.oweTwoCallbacks()
    for _ in 1...3 { _ = try await store.submit() }
    for id: Int64 in [3, 4] { _ = try await store.cancel(JobID(rawValue: id), at: .at(id * 1000)) }
    let rule = ExpiryRule(clockTrust: .zero, mostAtOnce: .seconds(1))
    _ = try await store.mayExpire(.order, endedBefore: .at(90_000), by: rule, at: .now)
    #expect(
      try store.heldExpiries() == [HeldExpiry(kind: .order, end: .at(90_000), count: 2, oldest: .at(3000))])
    #expect(try await store.health().callbacks == 2)
    #expect(try await store.dropCallbacks(limit: 1) == 1)
    #expect(try await store.dropCallbacks(limit: 9) == 1)
    #expect(try await store.dropCallbacks(limit: 9) == 0)
    #expect(try await store.health().callbacks == 0)
    #expect(try store.heldExpiries().map(\.count) == [4])
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }
}
