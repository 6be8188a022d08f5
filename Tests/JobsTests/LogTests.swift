import Jobs
import JobsSQLite
import TestSupport
import Testing

@Suite("Logs of work", .serialized)
struct LogTests {
  @Test("are written while the work goes on, and the last one with its end")
  func goesOn() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let mayEnd = Occasion()
    let work = Scripted { _, context in
      context.keepLog(Array("begun".utf8))
      try await eventually("the end") { mayEnd.hasCome }
      for line in 1...3 { context.keepLog(Array("line \(line)".utf8)) }
      return ""
    }
    try await bench.whileWorking(work) {
      try await eventually("the log is there") { try await bench.log(of: id) == "begun" }
      mayEnd.come()
      try await bench.eventually(id, .complete)
    }
    #expect(try await bench.log(of: id) == "line 3")
  }

  @Test("that come one after another are all written in the end, though the first two come within a moment")
  func newer() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let mayEnd = Occasion()
    let work = Scripted { _, context in
      context.keepLog(Array("first".utf8))
      try await eventually("the first is written") { try await bench.log(of: id) == "first" }
      context.keepLog(Array("second".utf8))
      try await eventually("the end") { mayEnd.hasCome }
      return ""
    }
    try await bench.whileWorking(work) {
      try await eventually("the second is there") { try await bench.log(of: id) == "second" }
      mayEnd.come()
      try await bench.eventually(id, .complete)
    }
  }

  @Test("are kept of work that was interrupted, with what it said while it ended", arguments: ["cancel", "timeout"])
  func interrupted(by cause: String) async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let began = Occasion()
    let policy = AttemptPolicy(attempts: 1, timeout: cause == "timeout" ? .milliseconds(50) : nil)
    let work = Scripted(policy: policy) { _, context in
      began.come()
      context.keepLog(Array("begun".utf8))
      try? await Task.sleep(for: .seconds(600))
      context.keepLog(Array("stopped".utf8))
      return ""
    }
    try await bench.whileWorking(work) {
      try await eventually("it runs") { began.hasCome }
      if cause == "cancel" { _ = try await bench.store.cancel(id, at: .now) }
      try await eventually("the log is there") { try await bench.log(of: id) == "stopped" }
    }
    #expect(try await bench.status(id) == (cause == "cancel" ? .cancelled : .failed))
  }

  @Test("are written when the process drains, of work that runs on too")
  func drains() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let mayEnd = Occasion()
    let work = Scripted { _, context in
      context.keepLog(Array("begun".utf8))
      context.report("begun", completed: 1, of: 2)
      mayEnd.block()
      return ""
    }
    defer { mayEnd.come() }
    try await bench.whileWorking(work) {
      try await eventually("it runs") { try await bench.store.read(id)?.progress.step == "begun" }
    }
    #expect(try await bench.log(of: id) == "begun")
    #expect(try await bench.status(id) == .started)
  }
}

extension Bench {
  fileprivate func log(of id: JobID) async throws -> String? {
    try await store.log(of: id).map { String(decoding: $0, as: UTF8.self) }
  }
}
