import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("Slots in the database", .serialized)
struct SlotTests {
  let bench = try! SQLiteBench()
  private let room = Room(shared: 8, kinds: [.order: .init(attempts: 3, jobsInAll: 1)])

  @Test("kinds without a limit over all members have none")
  func unlimited() async throws {
    let store = try bench.open()
    for _ in 0..<3 { _ = try await store.submit() }
    #expect(try await store.claim(Room(2, of: [.order: 3]), at: .at(1)).count == 2)
    #expect(try store.number("SELECT count(*) FROM slot") == 0)
  }

  @Test("what runs without one, as in a process of the version before, counts all the same")
  func versionBefore() async throws {
    let (before, store) = (try bench.open(), try bench.open())
    for _ in 0..<2 { _ = try await before.submit() }
    let claims = try await before.claim(Room(1, of: [.order: 3]), at: .at(1))
    #expect(claims.count == 1)
    #expect(try await !store.hasWaiting(for: room))
    #expect(try await store.claim(room, at: .at(1)).isEmpty)
    try await before.finish(claims[0].tenure, as: .complete([]), at: .at(2))
    #expect(try await store.claim(room, at: .at(2)).count == 1)
  }

  @Test("a member that closes while works run leaves their slots held until its process ends")
  func closing() async throws {
    let (leaving, store) = (try bench.open(), try bench.open())
    for _ in 0..<2 { _ = try await leaving.submit() }
    let tenure = try await leaving.claim(room, at: .at(1))[0].tenure
    try await leaving.finish([JobEnd(tenure: tenure, outcome: .release, hasReturned: false)], at: .at(2))
    await leaving.close()
    #expect(try await store.reap(at: .at(3)).isEmpty)
    #expect(try await store.claim(room, at: .at(3)).isEmpty)
    #expect(try await store.health().members.count == 2)
  }

  @Test("a member whose works have returned leaves nothing")
  func leaving() async throws {
    let (leaving, store) = (try bench.open(), try bench.open())
    for _ in 0..<2 { _ = try await leaving.submit() }
    let tenure = try await leaving.claim(room, at: .at(1))[0].tenure
    try await leaving.finish(tenure, as: .release, at: .at(2))
    await leaving.close()
    #expect(try await store.health().members.count == 1)
    #expect(try await store.claim(room, at: .at(3)).count == 1)
  }

  @Test("those of a member that the version before has reaped count for nothing, and go with the next opening")
  func lost() async throws {
    let (dead, store) = (try bench.open(), try bench.open())
    for _ in 0..<2 { _ = try await dead.submit() }
    let tenure = try await dead.claim(room, at: .at(1))[0].tenure
    _ = try await store.cancel(tenure.id, at: .at(2))
    #expect(try await !store.hasWaiting(for: room))
    await dead.abandon()
    try await store.write("as the version before") { transaction in
      let row = try #require(transaction.connection(.members).rows(decode: MemberRow.init(from:)).first)
      try transaction.connection(.removeMember).run(row.id)
    }
    #expect(try store.number("SELECT count(*) FROM slot") == 1)
    #expect(try await store.hasWaiting(for: room))
    let next = try bench.open()
    #expect(try next.number("SELECT count(*) FROM slot") == 0)
  }

  @Test("one with a process is there after the next opening, unless the machine was started since")
  func openedAgain() async throws {
    let dead = try bench.open()
    for _ in 0..<2 { _ = try await dead.submit() }
    let room = Room(shared: 2, kinds: [.order: .init(attempts: 3, oneAttemptAtATime: true)])
    let tenures = try await dead.claim(room, at: .at(1)).map(\.tenure)
    let process = WorkProcess(pid: 4711, startTime: 1, group: 4711, pidNamespace: 1)
    let earlier = WorkProcess(pid: 4712, startTime: 1, group: 4712, boot: "earlier", pidNamespace: 1)
    #expect(try await dead.record(process, of: tenures[0]))
    #expect(try await dead.record(earlier, of: tenures[1]))
    await dead.abandon()
    let store = try bench.open()
    try await store.write("as the version before") { transaction in
      let row = try #require(transaction.connection(.members).rows(decode: MemberRow.init(from:)).first)
      try transaction.connection(.removeMember).run(row.id)
    }
    let next = try bench.open()
    #expect(try next.number("SELECT count(*) FROM slot") == 1)
    #expect(try await next.orphans() == [Orphan(tenure: tenures[0], kind: .order, process: process)])
  }

  @Test("a process that a later version has named in another way bars its job, and is no orphan of this version")
  func laterVersion() async throws {
    let (dead, store) = (try bench.open(), try bench.open())
    _ = try await dead.submit()
    let room = Room(shared: 1, kinds: [.order: .init(attempts: 3, oneAttemptAtATime: true)])
    #expect(try await dead.claim(room, at: .at(1)).count == 1)
    try await store.write("later version") { transaction in
      _ = try transaction.connection(Query("UPDATE slot SET process = 'cgroup /a/b'")).run()
    }
    await dead.abandon()
    #expect(try await store.reap(at: .at(2)).count == 1)
    #expect(try await store.orphans().isEmpty)
    #expect(try await store.claim(room, at: .at(3)).isEmpty)
  }

  @Test("a backup has none")
  func backup() async throws {
    let store = try bench.open()
    _ = try await store.submit()
    #expect(try await store.claim(room, at: .at(1)).count == 1)
    let copy = bench.folder.path + "/copy.db"
    try SQLiteJobStore.backUp(path: bench.path, to: copy)
    let restored = try SQLiteJobStore.open(path: copy)
    #expect(try restored.number("SELECT count(*) FROM slot") == 0)
    #expect(try await restored.claim(room, at: .at(2)).count == 1)
  }
}
