import Jobs
import Testing

@testable import JobsSQLite

@Suite("What a statement costs", .serialized)
struct QueryPlanTests {
  let bench = try! SQLiteBench()

  @Test("no page of a list scans or sorts: an index search for each status, merged, and a key search for each row")
  func pages() throws {
    let store = try bench.open()
    for statuses in [[], [.complete], [.failed, .cancelled], [.started, .running, .complete]] as [Set<JobStatus>] {
      for ascending in [true, false] {
        let page = Query.page(of: statuses, ascending: ascending, withInput: ascending)
        let plan = try plan(of: page, in: store)
        let searches = plan.filter { $0.contains("SEARCH job USING COVERING INDEX job_listed") }
        #expect(plan.first == "SEARCH job USING INTEGER PRIMARY KEY (rowid=?)", "\(plan)")
        #expect(searches.count == (statuses.isEmpty ? 5 : statuses.count), "\(plan)")
        #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
        #expect(searches.allSatisfy { $0.contains(ascending ? "rowid>?" : "rowid<?") }, "\(plan)")
      }
    }
  }

  @Test(
    "each hot statement searches the index made for it",
    arguments: [
      (CandidateQueries.all.waiting, "USING INDEX job_waiting (kind=?)"), (.keptInAll, "job_kept (member>?)"),
      (CandidateQueries.all.lone, "USING INDEX job_alone (kind=?)"),
      (CandidateQueries.all.unkept, "USING INDEX job_alone (kind=?)"),
      (.isBusy, "job_running (member=?)"), (.isDue, "job_delayed (delayed_until<?)"),
      (.wakeDelayed, "job_delayed (delayed_until<?)"), (.keepNone, "job_kept (member=?)"),
      (.runningJobs, "USING INDEX job_running (member=?)"), (.tombstone, "USING INTEGER PRIMARY KEY"),
      (.keyed, "USING INDEX job_keyed (kind=? AND owner=? AND idempotency_key=?)"),
      (.job, "USING INTEGER PRIMARY KEY"), (.claim, "USING INTEGER PRIMARY KEY"),
      (.complete, "USING INTEGER PRIMARY KEY"), (.cancel, "USING INTEGER PRIMARY KEY"),
      (.result, "USING INTEGER PRIMARY KEY"), (.log, "USING INTEGER PRIMARY KEY"),
      (.keepLog, "USING INTEGER PRIMARY KEY"), (.standing, "USING INTEGER PRIMARY KEY"),
      (.dueCallbacks, "USING INDEX outbox_due (due_at<?)"),
      (.postponeCallback, "USING INTEGER PRIMARY KEY"), (.leaseCallback, "USING INTEGER PRIMARY KEY"),
      (.settleCallback, "USING INTEGER PRIMARY KEY"), (.delayCallback, "USING INTEGER PRIMARY KEY"),
      (.oldestWaiting, "USING INDEX job_waiting (kind=?)"), (.oldestAlone, "USING INDEX job_alone (kind=?)"),
      (.releaseCallbacks, "outbox_leased (member=?)"), (.endedBefore, "job_ended_by_kind (kind=? AND finished_at<?)"),
      (.shareOfClient, "USING COVERING INDEX job_client (client=? AND status=? AND kind=?)"),
      (.one(of: [.failed], withInput: true), "USING INTEGER PRIMARY KEY"),
      (.chosen, "USING INTEGER PRIMARY KEY"),
      (.attemptCount, "USING INTEGER PRIMARY KEY"), (.freeSlot, "USING PRIMARY KEY (job=? AND epoch=?)"),
      (.recordProcess, "USING PRIMARY KEY (job=? AND epoch=?)"), (.holdsSlot, "slot_of_member (member=?)"),
      (.isDueOfKind, "job_delayed (delayed_until<?)"),
      (.kindAndSizeOfWaiting, "USING INTEGER PRIMARY KEY"), (.kind, "USING INTEGER PRIMARY KEY"),
      (.expiryState, "SCAN store"),
      (.forgetKind, "USING PRIMARY KEY (name=?)"),
    ])
  func searches(_ query: Query, index: String) async throws {
    let store = try bench.open()
    // Makes the index that only retention needs.
    _ = try await store.expire(.order, endedBefore: .at(0), limit: 1, at: .at(1))
    let plan = try plan(of: query, in: store)
    #expect(plan.first?.contains(index) == true, "\(plan)")
    // A row is all that `store` has.
    #expect(!plan.contains { $0.contains("SCAN") && $0 != "SCAN store" || $0.contains("TEMP B-TREE") }, "\(plan)")
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
    let plan = try plan(of: .runningCounts, in: bench.open())
    #expect(plan == ["SCAN job USING INDEX job_running", "USE TEMP B-TREE FOR GROUP BY"], "\(plan)")
  }

  @Test("counting what waits, and finding what waits of a kind, looks at the waiting jobs' indexes alone")
  func waiting() throws {
    let store = try bench.open()
    #expect(try plan(of: .sumsWaiting, in: store).first == "SCAN job USING INDEX job_waiting")
    #expect(try plan(of: .sumsAlone, in: store).first == "SCAN job USING INDEX job_alone")
    #expect(try plan(of: .sumsDelayed, in: store).first?.contains("USING INDEX job_delayed") == true)
    let plan = try plan(of: .waitingOfKind, in: store)
    #expect(plan.contains { $0.contains("job_waiting (kind=? AND id<?)") }, "\(plan)")
    #expect(plan.contains { $0.contains("job_alone (kind=?") }, "\(plan)")
    #expect(plan.contains { $0.contains("job_delayed") }, "\(plan)")
    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test("counting the works of a kind in all members looks at its slots and the running jobs alone")
  func runningInAll() throws {
    let plan = try plan(of: .runningInAll, in: bench.open())
    #expect(plan.contains { $0.contains("SEARCH slot USING") && $0.contains("slot_of_kind (kind=?)") }, "\(plan)")
    #expect(plan.contains { $0.contains("SEARCH member USING INTEGER PRIMARY KEY") }, "\(plan)")
    #expect(plan.contains { $0.contains("SCAN job USING INDEX job_running") }, "\(plan)")
    #expect(plan.count { $0.contains("SCAN job") } == 1, "\(plan)")
  }

  @Test("a candidate of which no attempt may hold a slot costs a search of the slots' key beside its own")
  func withoutSlot() throws {
    let store = try bench.open()
    for (query, index) in [
      (CandidateQueries.withoutSlot.waiting, "job_waiting"), (CandidateQueries.withoutSlot.lone, "job_alone"),
      (CandidateQueries.withoutSlot.unkept, "job_alone"),
    ] {
      let plan = try plan(of: query, in: store)
      #expect(plan.first?.contains("USING INDEX \(index) (kind=?)") == true, "\(plan)")
      #expect(plan.contains { $0.contains("SEARCH slot USING PRIMARY KEY (job=?)") }, "\(plan)")
      #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
    }
  }

  @Test("looking for orphans looks at the slots with a process, and searches the keys of members and jobs")
  func orphans() throws {
    let plan = try plan(of: .orphans, in: bench.open())
    #expect(plan.first == "SCAN slot USING INDEX slot_with_process", "\(plan)")
    #expect(plan.count { $0.contains("SCAN") } == 1, "\(plan)")
    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
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
