import Jobs
import JobsSQLite
import Synchronization
import TestSupport
import Testing

@Suite("Work that ends as no work should", .serialized)
struct OddEndTests {
  @Test("a result over the limit fails its job at the first attempt")
  func tooLarge() async throws {
    let bench = try Bench()
    let (fitting, large) = (try await bench.submit("1000"), try await bench.submit("1001"))
    let work = Scripted(resultLimit: 1000) { input, context in
      context.report("write", completed: 1, of: 2)
      return String(repeating: "r", count: Int(input) ?? 0)
    }
    try await bench.whileWorking(work) {
      try await bench.eventually(fitting, .complete)
      try await bench.eventually(large, .failed)
    }
    let job = try #require(try await bench.store.read(large))
    #expect(job.failure?.code == "result-too-large")
    #expect(job.failure?.detail == "The result has 1001 bytes. At most 1000 are kept.")
    #expect(job.attempt == 1)
    #expect(job.progress.percent == 50)
  }

  @Test("a result that the store refuses for good fails its job at the first attempt, and no other that ends with it")
  func refused() async throws {
    let bench = try await Bench().changed(
      by: """
        CREATE TRIGGER pick BEFORE INSERT ON result WHEN new.bytes = CAST('bad' AS BLOB)
        BEGIN SELECT RAISE(ABORT, 'not this one'); END
        """)
    var ids: [JobID] = []
    for input in ["good", "bad", "good"] { ids.append(try await bench.submit(input)) }
    let begun = Count()
    let work = Scripted { input, _ in
      begun.add()
      // All end together, and are written together.
      try await eventually("all run") { begun.value >= 3 }
      return input
    }
    try await bench.whileWorking(work) {
      try await bench.eventually(ids[0], .complete)
      try await bench.eventually(ids[1], .failed)
      try await bench.eventually(ids[2], .complete)
    }
    let job = try #require(try await bench.store.read(ids[1]))
    #expect(job.failure?.code == "result-refused")
    #expect(job.attempt == 1)
    #expect(begun.value == 3)
  }

  static let codes = [
    "", "no paper", "p\u{e4}per", "a/b", "a:b", "a\nb", "%41", "<a>", String(repeating: "c", count: 65),
  ]

  @Test("a code that can't end a URI is replaced, and quoted in the detail", arguments: codes)
  func code(_ code: String) {
    let failure = JobFailure(code: code, detail: "The printer is out of paper.")
    #expect(failure.code == "work-failed")
    #expect(failure.detail == (code.isEmpty ? "" : "\(code): ") + "The printer is out of paper.")
    #expect(JobFailure(code: failure.code, detail: failure.detail) == failure)
  }

  static let goodCodes = ["a", "no-paper", "E_42.x~", String(repeating: "c", count: 64)]

  @Test("a code of letters, digits and -._~ stays", arguments: goodCodes)
  func goodCode(_ code: String) {
    #expect(JobFailure(code: code, detail: "").code == code)
  }

  @Test("details and steps are cut between two scalars, and say so", arguments: ["e", "é", "€", "😀"])
  func cut(_ character: String) {
    let long = String(repeating: character, count: 5_000_000)
    let failure = JobFailure(code: "long", detail: long)
    #expect((4090...4096).contains(failure.detail.utf8.count))
    #expect(failure.detail.hasSuffix("…") && !failure.detail.contains("\u{fffd}"))
    #expect(JobFailure(code: "long", detail: failure.detail) == failure)
    #expect(JobFailure(code: long, detail: long).detail.utf8.count <= 4096)
    let step = JobProgress.units(-1, of: -1, step: long)
    #expect((250...256).contains(step.step?.utf8.count ?? 0))
    #expect(step.completed == 0 && step.total == 0 && step.percent == 0)
    let short = String(repeating: character, count: 64)
    #expect(JobFailure(code: "short", detail: short).detail == short)
  }

  @Test("what an earlier version has stored is read as what may be shown")
  func stored() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let claim = try #require(try await bench.store.claim(Room(1, of: [Scripted.kind: 3]), at: .now).first)
    try await bench.store.finish(claim.tenure, as: .fail(.workFailed), at: .now)
    let later = try await bench.changed(
      by: """
        UPDATE job SET failure_code = 'no paper left', failure_detail = printf('%.*c', 5000000, 'x'),
          step = printf('%.*c', 5000000, 'y')
        """)
    let job = try #require(try await later.store.read(id))
    #expect(job.failure?.code == "work-failed")
    #expect(job.failure?.detail.hasPrefix("no paper left: xxx") == true)
    #expect(job.failure?.detail.utf8.count == 4096)
    #expect(job.progress.step?.utf8.count == 256)
  }

  @Test("two works of one kind are refused when the runner is made")
  func twins() async throws {
    let bench = try Bench()
    let work = Scripted { _, _ in "" }
    let error = #expect(throws: CompositionError.self) { try bench.runner(of: [work.work, work.work]) }
    #expect(error?.description == "two works have the kind \"scripted\"")
  }
}

private final class Count: Sendable {
  private let number = Atomic(0)

  var value: Int { number.load(ordering: .relaxed) }

  func add() { number.add(1, ordering: .relaxed) }
}
