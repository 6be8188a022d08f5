import CSQLite
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("What a list reads", .serialized)
struct ListCostTests {
  let bench = try! SQLiteBench()

  /// How many pages a list looks at, in the file or in the cache.
  private func pages(_ store: SQLiteJobStore, _ query: JobQuery) async throws -> (pages: Int, jobs: Int) {
    // One connection, so that its counters are the ones that count.
    func looked(andReset: Bool) throws -> Int {
      try store.readers.read("test") { connection in
        var (hit, miss, highest): (Int32, Int32, Int32) = (0, 0, 0)
        sqlite3_db_status(connection.handle, SQLITE_DBSTATUS_CACHE_HIT, &hit, &highest, andReset ? 1 : 0)
        sqlite3_db_status(connection.handle, SQLITE_DBSTATUS_CACHE_MISS, &miss, &highest, andReset ? 1 : 0)
        return Int(hit + miss)
      }
    }
    _ = try looked(andReset: true)
    let jobs = try await store.list(query).count
    return (try looked(andReset: false), jobs)
  }

  @Test("no input of a job that its filters leave out, nor of one behind the bytes asked for")
  func inputs() async throws {
    let store = try bench.open(.init(readers: 1))
    var ids: Set<JobID> = []
    for _ in 1...60 {
      let job = NewJob(kind: .order, input: [UInt8](repeating: 7, count: 400_000))
      guard case .accepted(let id) = try await store.submit(job, limits: QueueLimits(), at: .at(1)) else { return }
      ids.insert(id)
    }
    let pagesOfInput = 400_000 / 4096
    let all = try await pages(store, JobQuery(kind: .order, ids: ids, limit: 100))
    #expect(all.jobs == 60 && all.pages > 60 * pagesOfInput)
    for query in [
      JobQuery(kind: .order, statuses: [.failed], ids: ids, limit: 100),
      JobQuery(kind: .order, owner: "ann", ids: ids, limit: 100),
      JobQuery(kind: .order, statuses: [.failed], limit: 100),
      JobQuery(kind: .order, owner: "ann", limit: 100),
    ] {
      let none = try await pages(store, query)
      #expect(none.jobs == 0 && none.pages < 1000, "\(none)")
    }
    for query in [JobQuery(kind: .order, ids: ids, limit: 100), JobQuery(kind: .order, limit: 100)] {
      var query = query
      query.inputBytes = 1_000_000
      let few = try await pages(store, query)
      #expect(few.jobs == 3 && few.pages < 6 * pagesOfInput, "\(few)")
    }
  }
}
