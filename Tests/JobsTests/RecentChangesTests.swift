import Testing

@testable import Jobs

@Suite("The newest changes in memory")
struct RecentChangesTests {
  private let ann = JobTopic.jobs(JobScope(kind: JobKind(rawValue: "order"), owner: "ann"))

  private func job(_ id: Int64, _ change: Int64, owner: JobOwner = "ann") -> JobNews.Item {
    .job(
      Job(
        id: JobID(rawValue: id), kind: JobKind(rawValue: "order"), owner: owner, status: .running, input: [],
        attempt: 1, epoch: 1,
        progress: JobProgress(), failure: nil, change: change, createdAt: .now, startedAt: nil, updatedAt: .now,
        finishedAt: nil))
  }

  private func add(_ items: [JobNews.Item], to recent: inout RecentChanges) {
    _ = recent.add(JobNews(items: items, through: items.last?.change ?? recent.through, isCut: false))
  }

  @Test("are each job once, as it stands, of one user, after a mark, in order")
  func newest() {
    var recent = RecentChanges(limit: 100)
    add([job(1, 1), job(2, 2), job(3, 3, owner: "bob")], to: &recent)
    add([job(1, 4), job(4, 5)], to: &recent)
    #expect(recent.through == 5)
    #expect(recent.changes(of: ann, after: 0)?.map(\.number) == [2, 4, 5])
    #expect(recent.changes(of: ann, after: 2)?.map(\.number) == [4, 5])
    #expect(recent.changes(of: ann, after: 9)?.isEmpty == true)
    #expect(recent.changes(of: .job(JobID(rawValue: 1)), after: 1)?.map(\.number) == [4])
    #expect(recent.changes(of: .job(JobID(rawValue: 1)), after: 4)?.isEmpty == true)
    #expect(recent.changes(of: .job(JobID(rawValue: 9)), after: 0)?.isEmpty == true)
  }

  @Test("stay few, however many changes there are, and say where they begin")
  func bounded() throws {
    var recent = RecentChanges(limit: 10)
    for change in 1...1000 as ClosedRange<Int64> { add([job(change, change)], to: &recent) }
    let start = recent.start
    #expect((980...990).contains(start))
    #expect(recent.changes(of: ann, after: start - 1) == nil)
    #expect(recent.changes(of: .job(JobID(rawValue: 1000)), after: start - 1) == nil)
    #expect(recent.changes(of: ann, after: start)?.map(\.number) == Array((start + 1)...1000))
    // Many changes of few jobs push nothing out.
    for change in 1001...9000 as ClosedRange<Int64> { add([job(change % 5, change)], to: &recent) }
    let last = try #require(recent.changes(of: ann, after: recent.start))
    #expect(last.suffix(5).map(\.number) == Array(8996...9000))
    #expect(last.count <= 10)
  }

  @Test("begin anew behind a gap")
  func gap() {
    var recent = RecentChanges(limit: 10)
    add([job(1, 1)], to: &recent)
    recent.restart(after: 50)
    #expect(recent.changes(of: ann, after: 49) == nil)
    #expect(recent.changes(of: ann, after: 50)?.isEmpty == true)
    #expect(recent.through == 50)
  }

  @Test("are encoded once for all readers")
  func encodedOnce() {
    let change = SharedChange(job(1, 1))
    var times = 0
    for _ in 0..<3 {
      let bytes = change.bytes { _ in
        times += 1
        return [7]
      }
      #expect(bytes == [7])
    }
    #expect(times == 1)
  }
}
