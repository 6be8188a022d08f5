import Foundation
import Jobs
import Synchronization
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("The runner", .serialized)
struct JobRunnerTests {
  @Test("stores the result of what it ran, and the work's last report")
  func completes() async throws {
    let bench = try Bench()
    let id = try await bench.submit("in")
    let work = Scripted { input, context in
      for unit in 1...4 { context.report("step \(unit)", completed: unit, of: 4) }
      return input + "-out"
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .complete) }
    let job = try #require(try await bench.store.read(id))
    #expect(job.progress == JobProgress(percent: 100, step: "step 4", completed: 4, total: 4))
    #expect(job.attempt == 1)
    #expect(try await bench.store.result(of: id) == Array("in-out".utf8))
  }

  @Test("fails a job with the code that the work throws, and hides other errors behind one of its own")
  func fails() async throws {
    let bench = try Bench()
    let known = try await bench.submit("known")
    let unknown = try await bench.submit("unknown")
    let work = Scripted { input, context in
      context.report("half", completed: 1, of: 2)
      if input == "known" { throw JobFailure(code: "no-paper", detail: "The printer is out of paper.") }
      throw CocoaError(.fileNoSuchFile)
    }
    try await bench.whileWorking(work) {
      try await bench.eventually(known, .failed)
      try await bench.eventually(unknown, .failed)
    }
    let job = try #require(try await bench.store.read(known))
    #expect(job.failure == JobFailure(code: "no-paper", detail: "The printer is out of paper."))
    #expect(job.progress == JobProgress(percent: 50, step: "half", completed: 1, total: 2))
    #expect(try await bench.store.read(unknown)?.failure?.code == "work-failed")
  }

  @Test("tells work its kind, and when it is out of time")
  func context() async throws {
    let bench = try Bench()
    let (limited, endless) = (JobKind(rawValue: "limited"), JobKind(rawValue: "endless"))
    let before = Timestamp.now
    let ids = [try await bench.submit(of: limited), try await bench.submit(of: endless)]
    let script: @Sendable (String, JobContext) async throws -> String = { _, context in
      "\(context.kind) \(context.deadline.map { $0 >= before.advanced(by: .seconds(60)) } as Bool?)"
    }
    let works = [Scripted(limited, policy: AttemptPolicy(timeout: .seconds(60)), script), Scripted(endless, script)]
    try await bench.whileWorking(works) { for id in ids { try await bench.eventually(id, .complete) } }
    #expect(try await bench.store.result(of: ids[0]) == Array("limited Optional(true)".utf8))
    #expect(try await bench.store.result(of: ids[1]) == Array("endless nil".utf8))
  }

  @Test("writes progress while the work goes on")
  func progress() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let mayEnd = Occasion()
    let work = Scripted { _, context in
      context.report("first", completed: 1, of: 2)
      try await eventually("the end") { mayEnd.hasCome }
      return ""
    }
    try await bench.whileWorking(work) {
      try await eventually("progress") { try await bench.store.read(id)?.progress.percent == 50 }
      mayEnd.come()
      try await bench.eventually(id, .complete)
    }
  }

  @Test("works on as many jobs at once as it may, oldest first, and never on more")
  func room() async throws {
    let bench = try Bench()
    var ids: [JobID] = []
    for _ in 1...40 { ids.append(try await bench.submit()) }
    let running = Mutex((now: 0, most: 0, order: [JobID]()))
    let work = Scripted { _, context in
      running.withLock { running in
        running.now += 1
        running.most = max(running.most, running.now)
        running.order.append(context.id)
      }
      try await Task.sleep(for: .milliseconds(2))
      running.withLock { $0.now -= 1 }
      return ""
    }
    try await bench.whileWorking(work, jobs: 3) {
      for id in ids { try await bench.eventually(id, .complete) }
    }
    #expect(running.withLock { $0.most } == 3)
    #expect(Set(running.withLock { $0.order }.prefix(3)) == Set(ids.prefix(3)))
  }

  @Test("interrupts work that is cancelled through another process")
  func cancel() async throws {
    let bench = try Bench()
    let sibling = try bench.join()
    let id = try await bench.submit()
    let wasInterrupted = Occasion()
    let work = Scripted { _, _ in
      do {
        try await Task.sleep(for: .seconds(60))
      } catch {
        wasInterrupted.come()
        throw error
      }
      return "late"
    }
    try await bench.whileWorking(work) {
      try await bench.eventually(id, .running)
      #expect(try await sibling.cancel(id, at: .now) == .cancelled)
      try await eventually("the interruption") { wasInterrupted.hasCome }
    }
    #expect(try await bench.status(id) == .cancelled)
  }

  @Test("lets work report while it hears that it is cancelled")
  func reportsAtLast() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let (began, heard) = (Occasion(), Occasion())
    let work = Scripted { _, context in
      await withTaskCancellationHandler {
        began.come()
        while !heard.hasCome { try? await Task.sleep(for: .milliseconds(5)) }
      } onCancel: {
        context.report("stopping", completed: 1, of: 2)
        heard.come()
      }
      return ""
    }
    try await bench.whileWorking(work) {
      try await eventually("the work begins") { began.hasCome }
      #expect(try await bench.store.cancel(id, at: .now) == .cancelled)
      try await eventually("the work hears of it") { heard.hasCome }
    }
    #expect(try await bench.status(id) == .cancelled)
  }

  @Test("refuses the late result of work that doesn't listen to its cancellation")
  func deaf() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let (mayEnd, hasEnded) = (Occasion(), Occasion())
    let work = Scripted { _, _ in
      while !mayEnd.hasCome { usleep(1000) }
      hasEnded.come()
      return "late"
    }
    try await bench.whileWorking(work) {
      try await bench.eventually(id, .running)
      #expect(try await bench.store.cancel(id, at: .now) == .cancelled)
      mayEnd.come()
      try await eventually("the end of the work") { hasEnded.hasCome }
      let next = try await bench.submit()
      try await bench.eventually(next, .complete)
    }
    #expect(try await bench.status(id) == .cancelled)
    #expect(try await bench.store.result(of: id) == nil)
  }

  @Test("gives back what it runs when it shuts down, without charge, and doesn't wait for work that won't listen")
  func drain() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let mayEnd = Occasion()
    let work = Scripted { _, _ in
      while !mayEnd.hasCome { usleep(1000) }
      return "late"
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .running) }
    let job = try #require(try await bench.store.read(id))
    #expect(job.status == .started)
    #expect(job.attempt == 0)
    mayEnd.come()
    try await bench.whileWorking(Scripted { _, context in "attempt \(context.attempt)" }) {
      try await bench.eventually(id, .complete)
    }
    #expect(try await bench.store.result(of: id) == Array("attempt 1".utf8))
  }

  @Test("takes over the jobs of a process that died, as a second attempt")
  func takeOver() async throws {
    let bench = try Bench()
    let victim = try bench.join()
    let id = try await bench.submit()
    let claims = try await victim.claim(Room(1, of: [Scripted.kind: 3]), at: .now)
    #expect(claims.map(\.tenure.id) == [id])
    await victim.abandon()
    try await bench.whileWorking(Scripted { _, context in "attempt \(context.attempt)" }) {
      try await bench.eventually(id, .complete)
    }
    #expect(try await bench.store.result(of: id) == Array("attempt 2".utf8))
  }

  @Test("claims nothing where it may work on nothing, but still takes jobs from the dead")
  func noJobs() async throws {
    let bench = try Bench()
    let victim = try bench.join()
    let id = try await bench.submit()
    _ = try await victim.claim(Room(1, of: [Scripted.kind: 3]), at: .now)
    await victim.abandon()
    try await bench.whileWorking(Scripted { _, _ in "" }, jobs: 0) { try await bench.eventually(id, .started) }
    #expect(try await bench.status(id) == .started)
  }
}
