import Jobs
import JobsSQLite
import TestSupport
import Testing

@Suite("Work that runs on while its process drains", .serialized)
struct DrainTests {
  private static let quick = JobKind(rawValue: "quick")

  @Test("is complete when it ends in time, while nothing new is claimed and other kinds are given back at once")
  func runsOn() async throws {
    let bench = try Bench()
    let (running, mayEnd) = (Gauge(), Occasion())
    let long = Scripted(drain: .runOn(for: .seconds(600))) { _, context in
      running.begin()
      while !mayEnd.hasCome { try await Task.sleep(for: .milliseconds(2)) }
      return "attempt \(context.attempt)"
    }
    let quick = Scripted(Self.quick) { _, _ in
      running.begin()
      try await Task.sleep(for: .seconds(600))
      return ""
    }
    let (id, other) = (try await bench.submit(), try await bench.submit(of: Self.quick))
    try await bench.untilDrained([long, quick]) { drain in
      try await eventually("both run") { running.value == 2 }
      await drain()
      try await bench.eventually(other, .started)
      let next = try await bench.submit()
      try await eventually("it is told") { try await bench.store.health().members.contains { $0.state.isDraining } }
      #expect(try await bench.status(id) == .running)
      #expect(try await bench.status(next) == .started)
      mayEnd.come()
      try await bench.eventually(id, .complete)
    }
    #expect(try await bench.store.result(of: id) == Array("attempt 1".utf8))
    #expect(try await bench.store.read(other)?.attempt == 0)
    #expect(running.value == 2)
  }

  @Test("is interrupted when its time is over, and given back without charge when it has returned, not before")
  func isInterrupted() async throws {
    let bench = try Bench()
    let sibling = try bench.join()
    let id = try await bench.submit()
    let (began, wasInterrupted, mayReturn) = (Occasion(), Occasion(), Occasion())
    let work = Scripted(drain: .runOn(for: .milliseconds(50))) { _, context in
      began.come()
      try? await Task.sleep(for: .seconds(600))
      wasInterrupted.come()
      mayReturn.block()
      context.keepLog(Array("ended".utf8))
      // Nothing of it counts: it may be half of what it would have been.
      return "half"
    }
    defer { mayReturn.come() }
    try await bench.untilDrained([work]) { drain in
      try await eventually("it runs") { began.hasCome }
      await drain()
      try await eventually("it is interrupted") { wasInterrupted.hasCome }
      try await bench.whileWorking(Scripted(Self.quick) { _, _ in "" }, on: sibling) {
        for _ in 0..<10 { try await bench.eventually(bench.submit(of: Self.quick), .complete) }
      }
      #expect(try await bench.status(id) == .running)
      mayReturn.come()
    }
    let job = try #require(try await bench.store.read(id))
    #expect((job.status, job.attempt) == (.started, 0))
    #expect(try await bench.store.log(of: id) == Array("ended".utf8))
  }

  @Test("hears that its job is cancelled")
  func cancelled() async throws {
    let bench = try Bench()
    let sibling = try bench.join()
    let id = try await bench.submit()
    let (began, wasInterrupted) = (Occasion(), Occasion())
    let work = Scripted(drain: .runOn(for: .seconds(600))) { _, _ in
      began.come()
      try? await Task.sleep(for: .seconds(600))
      wasInterrupted.come()
      return ""
    }
    try await bench.untilDrained([work]) { drain in
      try await eventually("it runs") { began.hasCome }
      await drain()
      try await eventually("it is told") { try await sibling.health().members.contains { $0.state.isDraining } }
      #expect(try await sibling.cancel(id, at: .now) == .cancelled)
      try await eventually("it is interrupted") { wasInterrupted.hasCome }
    }
    #expect(try await bench.status(id) == .cancelled)
  }

  @Test("keeps its lease, and no sibling takes its job")
  func lease() async throws {
    let bench = try Bench()
    let lease = Duration.milliseconds(300)
    let (draining, sibling) = (try bench.join(lease: lease), try bench.join(lease: lease))
    let id = try await bench.submit()
    let (begun, mayEnd) = (Gauge(), Occasion())
    let work = Scripted(drain: .runOn(for: .seconds(600))) { _, context in
      begun.begin()
      while !mayEnd.hasCome { try await Task.sleep(for: .milliseconds(2)) }
      return "attempt \(context.attempt)"
    }
    try await bench.untilDrained([work], on: draining) { drain in
      try await eventually("it runs") { begun.value == 1 }
      await drain()
      let start = ContinuousClock.now
      try await bench.whileWorking(work, on: sibling) {
        try await eventually("a few leases have passed") { ContinuousClock.now - start > lease * 4 }
      }
      #expect(begun.value == 1)
      mayEnd.come()
    }
    #expect(try await bench.store.result(of: id) == Array("attempt 1".utf8))
  }

  @Test("is interrupted at once when its process is to end without delay")
  func cancellation() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let began = Occasion()
    let work = Scripted(drain: .runOn(for: .seconds(600))) { _, _ in
      began.come()
      try await Task.sleep(for: .seconds(600))
      return ""
    }
    try await bench.whileWorking(work) { try await eventually("it runs") { began.hasCome } }
    let job = try #require(try await bench.store.read(id))
    #expect((job.status, job.attempt) == (.started, 0))
  }
}
