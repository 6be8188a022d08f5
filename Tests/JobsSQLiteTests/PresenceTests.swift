import Foundation
import Glibc
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("Who lives and who is dead", .serialized)
struct PresenceTests {
  let bench = try! SQLiteBench()

  @Test("whoever reaps a dead member removes its row and its file, without a job too")
  func reaped() async throws {
    let (one, two) = (try bench.open(), try bench.open())
    await one.abandon()
    #expect(try two.number("SELECT count(*) FROM member") == 2)
    #expect(try await two.reap(at: .at(1)).isEmpty)
    #expect(try two.number("SELECT count(*) FROM member") == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: two.files.members).count == 1)
  }

  @Test("a member of an earlier boot is dead")
  func earlierBoot() async throws {
    let store = try bench.open()
    try await store.write("forge") { transaction in
      let insert = Query(
        "INSERT INTO member (id, token, pid, boot, started_at, lease_until) VALUES (99, ?, 1, 'another boot', 1, ?)")
      try transaction.connection(insert).run(store.member.presence.token + "x", Int64.max)
    }
    #expect(try await store.health().members.count == 1)
    try await store.reap(at: .at(1))
    #expect(try store.number("SELECT count(*) FROM member") == 1)
  }

  @Test("a member whose file is away is taken for dead and writes nothing, and joins again once the file is back")
  func movedFile() async throws {
    let (one, two) = (try bench.open(), try bench.open())
    let path = one.member.presence.path
    #expect(rename(path, path + ".away") == 0)
    try await two.reap(at: .at(1))
    #expect(try await two.health().members.count == 1)
    await #expect(throws: StoreError.self) { try await one.renew([], as: MemberState(), at: .at(1)) }
    #expect(rename(path + ".away", path) == 0)
    #expect(try await one.renew([], as: MemberState(), at: .at(1)).isEmpty)
    #expect(try await two.health().members.count == 2)
    #expect(try await two.reap(at: .at(1)).isEmpty)
    await one.abandon()
    #expect(try await two.health().members.count == 1)
  }

  @Test("a member that left is gone while a child that it was starting still has its lock's file open")
  func childBeforeItExecutes() async throws {
    let store = try bench.open()
    let path = store.member.presence.path
    let link = try #require(OpenDescriptors.links(of: getpid()).first { $0.name == path }?.link)
    let copy = dup(try #require(link.split(separator: "/").last.flatMap { Int32($0) }))
    defer { close(copy) }
    await store.close()
    #expect(Presence.unnamed(in: store.files) == nil)
    #expect(try await bench.open().health().members.count == 1)
  }

  @Test("files that no row names are swept away by the next to join, unless a process holds them")
  func sweep() async throws {
    let one = try bench.open()
    let files = one.files
    let orphan = files.lock(of: "0123456789abcdef")
    try Data().write(to: URL(filePath: orphan))
    let held = try Presence(in: files)
    let two = try bench.open()
    #expect(!exists(orphan) && exists(held.path))
    #expect(try await one.health().members.count == 2)
    await two.close()
  }

  @Test("a member that closes with jobs still running leaves them to its siblings")
  func closedWithJobs() async throws {
    let (one, two) = (try bench.open(), try bench.open())
    _ = try await one.submit()
    _ = try await one.claim(Room(1, of: [.order: 3]), at: .at(1))
    await one.close()
    #expect(try await two.reap(at: .at(1)) == [JobID(rawValue: 1)])
  }

  @Test("a store dropped without close leaves by itself")
  func dropped() async throws {
    let store = try bench.open()
    do { _ = try bench.open() }
    try await eventually("one member") { try await store.health().members.count == 1 }
  }
}
