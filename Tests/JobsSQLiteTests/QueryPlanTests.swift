import Jobs
import Testing

@testable import JobsSQLite

@Suite("What a statement costs", .serialized)
struct QueryPlanTests {
  let bench = try! SQLiteBench()

  @Test("no page of a list scans or sorts: one search of the index for each status, merged")
  func pages() throws {
    let store = try bench.open()
    for statuses in [[], [.complete], [.failed, .cancelled], [.started, .running, .complete]] as [Set<JobStatus>] {
      for ascending in [true, false] {
        let page = Query.page(of: statuses, ascending: ascending, withInput: ascending)
        let plan = try plan(of: page, in: store)
        let searches = plan.filter { $0.contains("SEARCH job USING INDEX job_listed") }
        #expect(searches.count == (statuses.isEmpty ? 5 : statuses.count), "\(plan)")
        #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
        #expect(searches.allSatisfy { $0.contains(ascending ? "rowid>?" : "rowid<?") }, "\(plan)")
      }
    }
  }

  @Test(
    "each hot statement searches the index made for it",
    arguments: [
      (Query.waiting, "USING INDEX job_waiting (kind=?)"), (.hasWaiting, "USING INDEX job_waiting (kind=?)"),
      (.lone, "USING INDEX job_alone (kind=?)"), (.unkept, "USING INDEX job_alone (kind=?)"),
      (.isBusy, "job_running (member=?)"), (.isDue, "job_delayed (delayed_until<?)"),
      (.wakeDelayed, "job_delayed (delayed_until<?)"), (.keepNone, "job_kept (member=?)"),
      (.runningJobs, "USING INDEX job_running (member=?)"), (.tombstone, "USING INTEGER PRIMARY KEY"),
      (.keyed, "USING INDEX job_keyed (kind=? AND owner=? AND idempotency_key=?)"),
      (.job, "USING INTEGER PRIMARY KEY"), (.claim, "USING INTEGER PRIMARY KEY"),
      (.complete, "USING INTEGER PRIMARY KEY"), (.cancel, "USING INTEGER PRIMARY KEY"),
      (.result, "USING INTEGER PRIMARY KEY"), (.standing, "USING INTEGER PRIMARY KEY"),
      (.dueCallbacks, "USING INDEX outbox_due (due_at<?)"),
      (.postponeCallback, "USING INTEGER PRIMARY KEY"), (.leaseCallback, "USING INTEGER PRIMARY KEY"),
      (.settleCallback, "USING INTEGER PRIMARY KEY"), (.delayCallback, "USING INTEGER PRIMARY KEY"),
      (.oldestWaiting, "USING INDEX job_waiting (kind=?)"), (.oldestAlone, "USING INDEX job_alone (kind=?)"),
      (.releaseCallbacks, "outbox_leased (member=?)"), (.endedBefore, "job_ended (finished_at<?)"),
      (.shareOfClient, "USING COVERING INDEX job_client (client=? AND status=?)"),
      (.one(of: [.failed], withInput: true), "USING INTEGER PRIMARY KEY"),
      (.sizeOfWaiting, "USING INTEGER PRIMARY KEY"),
    ])
  func searches(_ query: Query, index: String) async throws {
    let store = try bench.open()
    // Makes the index that only retention needs.
    _ = try await store.expire(endedBefore: .at(0), limit: 1, at: .at(1))
    let plan = try plan(of: query, in: store)
    #expect(plan.first?.contains(index) == true, "\(plan)")
    #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test("what changed is two searches, merged")
  func changes() throws {
    let plan = try plan(of: .news, in: bench.open())
    #expect(plan.contains { $0.contains("USING INDEX job_changed (change>?)") }, "\(plan)")
    #expect(plan.contains { $0.contains("tombstone_changed (change>?)") }, "\(plan)")
    #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test("counting the running jobs looks at their index alone")
  func runningCount() throws {
    let plan = try plan(of: .runningCount, in: bench.open())
    #expect(plan == ["SCAN job USING INDEX job_running"], "\(plan)")
  }

  @Test("the end of a job without a callback costs one search of a key")
  func oweCallback() throws {
    let plan = try plan(of: .oweCallback, in: bench.open())
    #expect(plan.first == "SEARCH callback USING INTEGER PRIMARY KEY (rowid=?)", "\(plan)")
  }

  @Test("the conditions of the statements are the table's")
  func conditions() {
    #expect(JobEvent.claim.condition == "status = 'started'")
    #expect(JobEvent.cancel.condition == "status IN ('started', 'running')")
    #expect(JobEvent.complete.target == "'complete'")
    for event in JobEvent.allCases { #expect(!event.target.isEmpty) }
  }

  private func plan(of query: Query, in store: SQLiteJobStore) throws -> [String] {
    try store.readers.read("plan") { connection in
      try connection(Query("EXPLAIN QUERY PLAN " + query.sql)).rows { $0.text(3) }
    }
  }
}
