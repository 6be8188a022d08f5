import Foundation
import Jobs
import JobsSQLite
import Synchronization
import TestSupport
import Testing

@Suite("Slots by kind", .serialized)
struct SlotTests {
  private static let quick = JobKind(rawValue: "quick")

  @Test("a quick kind begins though slow kinds have all slots", arguments: [1, 2])
  func quick(slowKinds: Int) async throws {
    let bench = try Bench()
    let slow = (0..<slowKinds).map { JobKind(rawValue: "slow\($0)") }
    for number in 0..<20 { _ = try await bench.submit(of: slow[number % slowKinds]) }
    let (begun, mayEnd) = (Gauge(), Occasion())
    let block = slow.map { kind in
      Scripted(kind) { _, _ in
        begun.begin()
        mayEnd.block()
        begun.end()
        return ""
      }
    }
    let quick = Scripted(Self.quick) { _, _ in "" }
    let works = block + [quick]
    try await bench.whileWorking(works, jobs: 3) {
      defer { mayEnd.come() }
      try await eventually("all shared slots are taken") { begun.value >= 3 }
      for _ in 0..<5 {
        let id = try await bench.submit(of: Self.quick)
        try await bench.eventually(id, .complete)
      }
      #expect(begun.most == 3)
      mayEnd.come()
      try await eventually("all end") { try await bench.store.counts().ended == 25 }
    }
    // A shared slot that is free and a kind's own never make more than that.
    #expect(begun.most <= 3 + slowKinds)
  }

  @Test("a kind of which something runs gets none beyond the shared slots")
  func noMore() async throws {
    let bench = try Bench()
    for _ in 0..<4 { _ = try await bench.submit() }
    let (running, mayEnd) = (Gauge(), Occasion())
    let work = Scripted { _, _ in
      running.begin()
      mayEnd.block()
      running.end()
      return ""
    }
    let other = Scripted(Self.quick) { _, _ in "" }
    try await bench.whileWorking([work, other], jobs: 2) {
      defer { mayEnd.come() }
      try await eventually("both slots are taken") { running.value == 2 }
      let id = try await bench.submit(of: Self.quick)
      try await bench.eventually(id, .complete)
      #expect(running.value == 2)
      #expect(try await bench.store.counts().queued == 2)
      mayEnd.come()
      try await eventually("all end") { try await bench.store.counts().ended == 5 }
    }
    #expect(running.most == 2)
  }

  @Test("a kind runs no more at once in a process than it may, and leaves the other slots to others")
  func perProcess() async throws {
    let bench = try Bench()
    for _ in 0..<10 { _ = try await bench.submit() }
    for _ in 0..<10 { _ = try await bench.submit(of: Self.quick) }
    let (limited, others) = (Gauge(), Gauge())
    let work = Scripted(jobs: 1) { _, _ in
      limited.begin()
      defer { limited.end() }
      try await eventually("another kind has the other slots") { others.most >= 3 }
      return ""
    }
    let other = Scripted(Self.quick) { _, _ in
      others.begin()
      defer { others.end() }
      try await eventually("the other slots are taken") { others.most >= 3 }
      return ""
    }
    try await bench.whileWorking([work, other], jobs: 4) {
      try await eventually("all end") { try await bench.store.counts().ended == 20 }
    }
    #expect(limited.most == 1)
  }

  @Test("with a limit for all processes never more run, while jobs are cancelled whose work doesn't hear it")
  func inAll() async throws {
    let bench = try Bench()
    let sibling = try bench.join()
    var ids: [JobID] = []
    for _ in 0..<30 { ids.append(try await bench.submit()) }
    let running = Gauge()
    let gate = Gate()
    let work = Scripted(jobsInAll: 3) { _, context in
      running.begin()
      // Hears nothing, and ends when the test says so.
      gate.pass(context.id)
      running.end()
      return ""
    }
    defer { gate.open() }
    let works = [work, Scripted(Self.quick) { _, _ in "" }]
    try await bench.whileWorking(works, jobs: 8) {
      try await bench.whileWorking(works, jobs: 8, on: sibling) {
        defer { gate.open() }
        var cancelled = 0
        for id in ids.dropLast(6) {
          try await eventually("three run") { running.value == 3 }
          try await eventually("job \(id) runs") { gate.waits(id) }
          if id.rawValue % 2 == 0 {
            #expect(try await bench.store.cancel(id, at: .now) == .cancelled)
            cancelled += 1
            // A runner that claims this one would claim others too, if there were a slot for them.
            try await bench.eventually(bench.submit(of: Self.quick), .complete)
          }
          gate.free(id)
        }
        gate.open()
        try await eventually("all end") { try await bench.store.counts().ended == 30 + cancelled }
      }
    }
    #expect(running.most == 3)
    for _ in 0..<4 { _ = try await bench.submit() }
    let room = Room(shared: 8, kinds: [Scripted.kind: .init(attempts: 3, jobsInAll: 3)])
    #expect(try await bench.store.claim(room, at: .now).count == 3)
  }

  @Test("a slot whose work returns after its timeout, or after its process began to drain, is free again")
  func returnsLate() async throws {
    let bench = try Bench()
    let sibling = try bench.join()
    let (late, next) = (try await bench.submit("late"), try await bench.submit("next"))
    let (mayEnd, running) = (Occasion(), Gauge())
    let policy = AttemptPolicy(attempts: 1, timeout: .milliseconds(500))
    let work = Scripted(policy: policy, jobsInAll: 1) { input, _ in
      running.begin()
      defer { running.end() }
      if input == "late" { mayEnd.block() }
      return ""
    }
    defer { mayEnd.come() }
    try await bench.whileWorking([work]) {
      try await bench.eventually(late, .failed)
      #expect(try await bench.status(next) == .started)
      let room = Room(shared: 1, kinds: [Scripted.kind: .init(attempts: 1, jobsInAll: 1)])
      #expect(try await !sibling.hasWaiting(for: room))
      mayEnd.come()
      try await bench.eventually(next, .complete)
    }
    #expect(running.most == 1)
  }

  @Test("work that runs on while its process drains holds its slot against the siblings")
  func drains() async throws {
    let bench = try Bench()
    let sibling = try bench.join()
    let id = try await bench.submit()
    let (mayEnd, running) = (Occasion(), Gauge())
    let work = Scripted(jobsInAll: 1) { _, context in
      running.begin()
      defer { running.end() }
      if context.epoch == 1 { mayEnd.block() }
      return ""
    }
    defer { mayEnd.come() }
    try await bench.whileWorking([work]) { try await eventually("it runs") { running.value == 1 } }
    #expect(try await bench.status(id) == .started)
    try await bench.whileWorking([work], on: sibling) {
      let other = try await bench.submit()
      // Cancelled, so that it was looked at.
      #expect(try await bench.store.cancel(other, at: .now) == .cancelled)
      #expect(try await bench.status(id) == .started)
      mayEnd.come()
      try await bench.eventually(id, .complete)
    }
    #expect(running.most == 1)
  }
}

/// Holds works until each may go on.
private final class Gate: Sendable {
  private let state = Mutex((isOpen: false, waiting: Set<JobID>(), free: Set<JobID>()))

  /// Blocks the thread.
  func pass(_ id: JobID) {
    state.withLock { _ = $0.waiting.insert(id) }
    while !state.withLock({ $0.isOpen || $0.free.contains(id) }) { Thread.sleep(forTimeInterval: 0.002) }
  }

  func waits(_ id: JobID) -> Bool { state.withLock { $0.waiting.contains(id) } }

  func free(_ id: JobID) { state.withLock { _ = $0.free.insert(id) } }

  func open() { state.withLock { $0.isOpen = true } }
}
