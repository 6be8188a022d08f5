import Foundation
import Jobs
import Synchronization
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("Attempts", .serialized)
struct AttemptTests {
  private struct Trouble: Error {}

  @Test("work that fails is tried again, and may succeed")
  func again() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let work = Scripted { _, context in
      if context.attempt < 3 { throw Trouble() }
      return "attempt \(context.attempt)"
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .complete) }
    #expect(try await bench.store.result(of: id) == Array("attempt 3".utf8))
    #expect(try await bench.store.read(id)?.attempt == 3)
  }

  @Test("work that fails in every attempt fails as work-failed, after as many as its kind has", arguments: [1, 2, 5])
  func exhausted(attempts: Int) async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let begun = Mutex(0)
    let work = Scripted(policy: AttemptPolicy(attempts: attempts, firstPause: .milliseconds(1))) { _, _ in
      begun.withLock { $0 += 1 }
      throw Trouble()
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .failed) }
    #expect(begun.withLock { $0 } == attempts)
    let job = try #require(try await bench.store.read(id))
    #expect((job.attempt, job.failure) == (attempts, .workFailed))
  }

  @Test("a failure that the work names is final at once")
  func named() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let failure = JobFailure(code: "no-paper", detail: "The printer is out of paper.")
    try await bench.whileWorking(Scripted { _, _ in throw failure }) { try await bench.eventually(id, .failed) }
    let job = try #require(try await bench.store.read(id))
    #expect((job.attempt, job.failure) == (1, failure))
  }

  @Test("work that asks to be tried again is, and in the end fails with its own code and detail")
  func asksAgain() async throws {
    let bench = try Bench()
    let ids = [try await bench.submit("once"), try await bench.submit("always")]
    let policy = AttemptPolicy(attempts: 2, firstPause: .milliseconds(1))
    let work = Scripted(policy: policy) { input, context in
      if input == "always" || context.attempt == 1 { throw JobRetry(code: "busy", detail: "The printer is busy.") }
      return ""
    }
    try await bench.whileWorking(work) {
      try await bench.eventually(ids[0], .complete)
      try await bench.eventually(ids[1], .failed)
    }
    let job = try #require(try await bench.store.read(ids[1]))
    #expect((job.attempt, job.failure) == (2, JobFailure(code: "busy", detail: "The printer is busy.")))
  }

  @Test("work that could not be started is tried again without charge, and the health says so until it can be")
  func notBegun() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let canStart = Occasion()
    let begun = Mutex(0)
    let policy = AttemptPolicy(attempts: 2, firstPause: .milliseconds(2), longestPause: .milliseconds(20))
    let work = Scripted(policy: policy) { _, context in
      begun.withLock { $0 += 1 }
      if !canStart.hasCome { throw WorkNotBegun(code: "sandbox-failed", detail: "bwrap: No permissions.") }
      return "attempt \(context.attempt)"
    }
    let troubles = { try await bench.store.health().members.flatMap(\.state.troubles) }
    let log = LogLines()
    try await bench.whileWorking(work, log: log) {
      try await eventually("it was tried more often than it has attempts") { begun.withLock { $0 } > 3 }
      try await eventually("it is told of") { try await !troubles().isEmpty }
      let trouble = try await troubles()[0]
      #expect((trouble.code, trouble.kind, trouble.job) == ("sandbox-failed", Scripted.kind, id))
      #expect(trouble.detail.contains("times in a row: bwrap: No permissions."))
      #expect(try await bench.store.read(id)?.failure == nil)
      canStart.come()
      try await bench.eventually(id, .complete)
      try await eventually("it is over") { try await troubles().isEmpty }
    }
    #expect(try await bench.store.result(of: id) == Array("attempt 1".utf8))
    #expect(log.all.count { $0.contains("could not be started") } > 3)
  }

  @Test("the pause of work that could not be started doubles each time")
  func notBegunPauses() {
    let policy = AttemptPolicy(firstPause: .seconds(1), longestPause: .seconds(60))
    let pauses = ([1, 3, 5, 7, 99] as [Int64]).map { epoch in
      let tenure = Tenure(id: JobID(rawValue: 1), epoch: epoch)
      let claim = Claim(tenure: tenure, kind: Scripted.kind, input: [], attempt: 1, acceptedAt: .now)
      return policy.pause(after: 1 + claim.uncharged, jitter: 0).milliseconds
    }
    #expect(pauses == [500, 1000, 2000, 4000, 30_000])
  }

  @Test("work that takes too long is interrupted and tried again, and in the end fails as timed-out")
  func timeout() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let interrupted = Mutex(0)
    let policy = AttemptPolicy(attempts: 2, timeout: .milliseconds(50), firstPause: .milliseconds(1))
    let work = Scripted(policy: policy) { _, _ in
      do {
        try await Task.sleep(for: .seconds(60))
      } catch {
        interrupted.withLock { $0 += 1 }
      }
      return "too late"
    }
    try await bench.whileWorking(work) { try await bench.eventually(id, .failed) }
    // The end is written without waiting for the work to hear of it.
    try await eventually("both attempts are interrupted") { interrupted.withLock { $0 } == 2 }
    let job = try #require(try await bench.store.read(id))
    #expect((job.attempt, job.failure) == (2, .timedOut))
    #expect(try await bench.store.result(of: id) == nil)
  }

  @Test("work that doesn't hear its timeout is told of in the store's health, and its late result is refused")
  func ignoring() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let mayEnd = Occasion()
    let policy = AttemptPolicy(attempts: 1, timeout: .milliseconds(20))
    let work = Scripted(policy: policy) { _, _ in
      mayEnd.block()
      return "late"
    }
    let ignoring = { try await bench.store.health().members.map(\.state.ignoring) }
    try await bench.whileWorking(work, patience: .milliseconds(50)) {
      try await bench.eventually(id, .failed)
      try await eventually("it is told of") { try await ignoring() == [1] }
      mayEnd.come()
      try await eventually("it is over") { try await ignoring() == [0] }
    }
    let job = try #require(try await bench.store.read(id))
    #expect((job.status, job.failure) == (.failed, .timedOut))
    #expect(try await bench.store.result(of: id) == nil)
  }

  @Test("work of a kind that may take its time to end is not told of before that")
  func patient() async throws {
    let bench = try Bench()
    let ids = [try await bench.submit(of: JobKind(rawValue: "patient")), try await bench.submit()]
    let mayEnd = Occasion()
    let policy = AttemptPolicy(attempts: 1, timeout: .milliseconds(20))
    let script: @Sendable (String, JobContext) async throws -> String = { _, _ in
      mayEnd.block()
      return "late"
    }
    let works = [
      Scripted(JobKind(rawValue: "patient"), policy: policy, patience: .seconds(600), script),
      Scripted(policy: policy, script),
    ]
    try await bench.whileWorking(works, patience: .milliseconds(50)) {
      defer { mayEnd.come() }
      for id in ids { try await bench.eventually(id, .failed) }
      try await eventually("one is told of") { try await bench.store.health().members.map(\.state.ignoring) == [1] }
    }
  }

  @Test("a member that shuts down says so")
  func draining() async throws {
    let bench = try Bench()
    let member = try bench.join()
    try await bench.whileWorking(Scripted { _, _ in "" }, on: member) {
      try await eventually("both are there") { try await bench.store.health().members.count == 2 }
    }
    #expect(try await bench.store.health().members.filter(\.state.isDraining).count == 1)
  }

  @Test("a member that shuts down tries once to give back what it runs where the store's files are lost")
  func drainingLost() async throws {
    let bench = try Bench()
    let id = try await bench.submit()
    let begin = ContinuousClock.now
    let work = Scripted { _, _ in
      try await Task.sleep(for: .seconds(60))
      return ""
    }
    try await bench.whileWorking(work) {
      try await bench.eventually(id, .running)
      try FileManager.default.removeItem(atPath: bench.folder.path + "/jobs.sqlite")
    }
    #expect(ContinuousClock.now - begin < hangLimit)
  }

  @Test("a member that shuts down while it writes progress says so after that")
  func drainingLate() async throws {
    let bench = try Bench()
    let member = try bench.join()
    let id = try await bench.submit()
    let (hasTurn, mayWrite) = (Occasion(), Occasion())
    let work = Scripted { _, context in
      while !hasTurn.hasCome { try await Task.sleep(for: .milliseconds(1)) }
      context.report("packing", completed: 1, of: 2)
      defer { mayWrite.come() }
      try await Task.sleep(for: .seconds(60))
      return ""
    }
    try await bench.whileWorking(work, on: member) {
      try await bench.eventually(id, .running)
      Task {
        try await bench.store.write("hold the turn") { _ in
          hasTurn.come()
          mayWrite.block()
        }
      }
      try await eventually("progress waits for its turn") { member.waitingWrites == 1 }
    }
    #expect(try await bench.store.health().members.filter(\.state.isDraining).count == 1)
    #expect(try await bench.store.read(id)?.status == .started)
  }

  @Test("pauses double from the first to the longest, and jitter takes up to half of each")
  func pauses() {
    let policy = AttemptPolicy(attempts: 100, firstPause: .seconds(1), longestPause: .seconds(60))
    let longest = (1...8).map { policy.pause(after: $0, jitter: 0.999_999).milliseconds / 100 }
    #expect(longest == [9, 19, 39, 79, 159, 319, 599, 599])
    let shortest = (1...8).map { policy.pause(after: $0, jitter: 0).milliseconds }
    #expect(shortest == [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    #expect(policy.pause(after: .max, jitter: 0) == .seconds(30))
  }
}
