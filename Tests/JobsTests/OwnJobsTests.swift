import Jobs
import JobsSQLite
import TestSupport
import Testing

@Suite("Jobs that work reads", .serialized)
struct OwnJobsTests {
  private static let other = JobKind(rawValue: "other")

  @Test("are those of its own job's owner, in pages, whatever their status", arguments: ["", "ann", "bob"])
  func owners(owner: String) async throws {
    let bench = try Bench()
    let limits = QueueLimits(jobs: .max)
    for number in 1...9 {
      for owner in ["", "ann"] as [JobOwner] {
        let job = NewJob(kind: Self.other, owner: owner, input: Array("\(owner.name) \(number)".utf8))
        let submission = try await bench.store.submit(job, limits: limits, at: .now)
        guard case .accepted(let id) = submission else { throw NeverHappened(what: "accepted", limit: .zero) }
        if number % 3 == 0 { _ = try await bench.store.cancel(id, at: .now) }
      }
    }
    let own = NewJob(kind: Scripted.kind, owner: JobOwner(owner), input: [])
    guard case .accepted(let id) = try await bench.store.submit(own, limits: limits, at: .now) else {
      throw NeverHappened(what: "accepted", limit: .zero)
    }
    let work = Scripted { _, context in
      var inputs: [String] = []
      var page = try await context.jobs(of: Self.other, limit: 4)
      while let last = page.last {
        inputs += page.map { String(decoding: $0.input, as: UTF8.self) }
        page = try await context.jobs(of: Self.other, after: last.id, limit: 4, inputBytes: 12)
      }
      return inputs.joined(separator: ",")
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .complete) }
    let wanted = owner == "bob" ? [] : (1...9).map { "\(owner) \($0)" }
    #expect(try await bench.store.result(of: id) == Array(wanted.joined(separator: ",").utf8))
  }
}
