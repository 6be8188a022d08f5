import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("Programs of processes that died or hang", .serialized)
struct OrphanTests {
  private static let room = Room(shared: 1, kinds: [Scripted.kind: .init(attempts: 3, oneAttemptAtATime: true)])

  /// Work that says in which attempt it ran, and whether the program of the one before lived.
  private func work(beside sleeper: Sleeper) -> Scripted {
    Scripted(oneAttemptAtATime: true) { _, context in "attempt \(context.attempt) \(sleeper.isAlive)" }
  }

  /// Begins an attempt as `member`, with a program.
  private func begin(_ id: JobID, as member: SQLiteJobStore) async throws -> Sleeper {
    let claims = try await member.claim(Self.room, at: .now)
    #expect(claims.map(\.tenure.id) == [id])
    let sleeper = try Sleeper()
    #expect(try await member.record(sleeper.process, of: claims[0].tenure))
    #expect(sleeper.isAlive)
    return sleeper
  }

  @Test("are ended before the next attempt begins")
  func death() async throws {
    let bench = try Bench()
    let victim = try bench.join()
    let id = try await bench.submit()
    let sleeper = try await begin(id, as: victim)
    await victim.abandon()
    try await bench.whileWorking(work(beside: sleeper), ender: Killer()) { try await bench.eventually(id, .complete) }
    #expect(try await bench.store.result(of: id) == Array("attempt 2 false".utf8))
    #expect(try await bench.store.orphans().isEmpty)
  }

  @Test("are ended when their process hangs, also where the job was cancelled", arguments: [true, false])
  func hangs(isCancelled: Bool) async throws {
    let bench = try Bench()
    let (hung, reaper) = (try bench.join(lease: .milliseconds(200)), try bench.join(lease: .milliseconds(200)))
    let id = try await bench.submit()
    let sleeper = try await begin(id, as: hung)
    if isCancelled { _ = try await bench.store.cancel(id, at: .now) }
    try await bench.whileWorking(work(beside: sleeper), on: reaper, ender: Killer()) {
      if !isCancelled { try await bench.eventually(id, .complete) }
      try await eventually("it is ended") { !sleeper.isAlive }
    }
    let result = try await bench.store.result(of: id)
    #expect(result == (isCancelled ? nil : Array("attempt 2 false".utf8)))
  }

  @Test("that may live keep the next attempt waiting, which is told in the health and once in the log")
  func unknown() async throws {
    let bench = try Bench()
    let victim = try bench.join()
    let id = try await bench.submit()
    let sleeper = try await begin(id, as: victim)
    await victim.abandon()
    let (isKnown, log) = (Occasion(), LogLines())
    let ender = Killer(refusal: { isKnown.hasCome ? nil : "it is in another pid namespace" })
    let troubles = { try await bench.store.health().members.flatMap(\.state.troubles) }
    try await bench.whileWorking(work(beside: sleeper), ender: ender, log: log) {
      try await eventually("it is told of") { try await !troubles().isEmpty }
      let trouble = try await troubles()[0]
      #expect(trouble.code == "process-not-ended" && trouble.job == id && trouble.kind == Scripted.kind)
      #expect(trouble.detail.contains("Process \(sleeper.process.pid) ") && trouble.detail.contains("pid namespace"))
      // Others of its kind go on, through many beats.
      for _ in 0..<20 { try await bench.eventually(bench.submit(), .complete) }
      #expect(try await bench.status(id) == .started)
      #expect(sleeper.isAlive)
      isKnown.come()
      try await bench.eventually(id, .complete)
      try await eventually("it is over") { try await troubles().isEmpty }
    }
    #expect(log.all.count { $0.contains("may live") } == 1)
    #expect(try await bench.store.result(of: id) == Array("attempt 2 false".utf8))
  }

  @Test("that end slowly hold up no other work")
  func slowly() async throws {
    let bench = try Bench()
    let victim = try bench.join()
    let id = try await bench.submit()
    let sleeper = try await begin(id, as: victim)
    let mayEnd = Occasion()
    defer { mayEnd.come() }
    await victim.abandon()
    let killer = Killer(isHeld: { !mayEnd.hasCome })
    try await bench.whileWorking(work(beside: sleeper), ender: killer) {
      try await bench.eventually(id, .started)
      try await bench.eventually(bench.submit(), .complete)
      #expect(try await bench.status(id) == .started)
      mayEnd.come()
      try await bench.eventually(id, .complete)
    }
    #expect(!sleeper.isAlive)
  }

  @Test("are left alone by a runner that can't end them, which takes their jobs all the same")
  func withoutEnder() async throws {
    let bench = try Bench()
    let (victim, other) = (try bench.join(), try bench.join())
    let id = try await bench.submit()
    let sleeper = try await begin(id, as: victim)
    await victim.abandon()
    try await bench.whileWorking(work(beside: sleeper)) {
      try await bench.eventually(id, .started)
      try await bench.eventually(bench.submit(), .complete)
      #expect(try await bench.status(id) == .started)
      #expect(sleeper.isAlive)
      try await bench.whileWorking([], jobs: 0, on: other, ender: Killer()) {
        try await bench.eventually(id, .complete)
      }
    }
    #expect(!sleeper.isAlive)
  }
}
