import Jobs
import Testing

@testable import JobsSQLite

@Suite("Files that came with no job")
struct AbandonedFileTests {
  let bench = try! SQLiteBench()

  @Test("are abandoned once their member is dead: whatever else it wrote, and however old, stays")
  func abandoned() async throws {
    let (store, other) = (try bench.open(), try bench.open())
    let token = other.fileToken
    let names = (1...3).map { "\(token).\($0)" }
    let file = JobFile(name: "a", type: "b/c", size: 1, digest: "d", stored: names[0])
    var job = NewJob.order()
    job.files = [InputFile(number: 0, title: nil, file: file)]
    #expect(try await store.submit(job, limits: QueueLimits(), at: .at(1)) == .accepted(JobID(rawValue: 1)))
    #expect(try await store.abandonedFiles(among: names) == [])
    #expect(try await store.unnamedFiles(among: names) == [names[1], names[2]])
    try await bench.kill(other)
    #expect(try await store.abandonedFiles(among: names + ["\(store.fileToken).1"]) == [names[1], names[2]])
    _ = try await store.cancel(JobID(rawValue: 1), at: .at(2))
    #expect(try await store.abandonedFiles(among: names) == [names[1], names[2]])
    // One that has expired waits for its removal under its own list.
    #expect(try await store.remove(JobID(rawValue: 1), if: .none, at: .at(3)) == .removed)
    #expect(try await store.expiredFiles(limit: 9) == [names[0]])
  }
}
