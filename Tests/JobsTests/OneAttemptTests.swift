import Jobs
import JobsSQLite
import TestSupport
import Testing

@Suite("Attempts that never overlap", .serialized)
struct OneAttemptTests {
  private static let process = WorkProcess(pid: 4711, startTime: 1, group: 4711, pidNamespace: 1)

  @Test("the next one begins when the work of one that was out of time has returned, in any process")
  func outOfTime() async throws {
    let bench = try Bench()
    let sibling = try bench.join()
    let id = try await bench.submit("first")
    let (running, began, mayEnd) = (Gauge(), Occasion(), Occasion())
    // Where the machine is busy others are out of time too.
    let policy = AttemptPolicy(attempts: 1000, timeout: .milliseconds(50), firstPause: .milliseconds(1))
    let work = Scripted(policy: policy, oneAttemptAtATime: true) { input, context in
      guard input == "first" else { return "" }
      running.begin()
      defer { running.end() }
      began.come()
      if context.attempt == 1 { mayEnd.block() }
      return "again"
    }
    defer { mayEnd.come() }
    try await bench.whileWorking(work) {
      try await bench.whileWorking(work, on: sibling) {
        try await eventually("it runs") { began.hasCome }
        try await bench.eventually(id, .started)
        // Others of its kind go on, in both processes.
        for _ in 0..<20 { try await bench.eventually(bench.submit("other"), .complete) }
        #expect(try await bench.status(id) == .started)
        mayEnd.come()
        try await bench.eventually(id, .complete)
      }
    }
    #expect(try await bench.store.result(of: id) == Array("again".utf8))
    #expect(running.most == 1)
  }

  @Test("a process is not to begin whose attempt was cancelled before it was recorded")
  func over() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let (began, isCancelled, wasRefused) = (Occasion(), Occasion(), Occasion())
    let work = Scripted(oneAttemptAtATime: true) { _, context in
      began.come()
      isCancelled.block()
      do {
        try await context.record(Self.process)
      } catch is CancellationError {
        wasRefused.come()
      }
      return ""
    }
    defer { isCancelled.come() }
    try await bench.whileWorking(work) {
      try await eventually("it runs") { began.hasCome }
      #expect(try await bench.store.cancel(id, at: .now) == .cancelled)
      isCancelled.come()
      try await eventually("it is refused") { wasRefused.hasCome }
    }
  }

  @Test("work whose attempts may overlap records no process, and fails")
  func mayOverlap() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let work = Scripted(policy: AttemptPolicy(attempts: 1)) { _, context in
      try await context.record(Self.process)
      return ""
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .failed) }
  }
}
