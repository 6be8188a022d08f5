import Foundation
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("Writes that share a transaction", .serialized)
struct GroupCommitTests {
  let bench = try! SQLiteBench()

  @Test("a bad operation fails alone: its neighbours commit and no number is skipped")
  func badOperation() async throws {
    let store = try bench.open()
    let turn = HeldTurn(of: bench.path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask { _ = try await store.submit("\(number)") }
        if number % 5 == 0 {
          group.addTask {
            let error = await #expect(throws: StoreError.self) {
              try await store.write("bad") { transaction in
                let id = transaction.counters.nextJob()
                try transaction.connection(.insertJob).run(
                  id, "order", "", transaction.counters.nextChange(), 1, String?.none, [UInt8]())
                try transaction.connection(.insertJob).run(id, "order", "", 1, 1, String?.none, [UInt8]())
              }
            }
            #expect(error?.operation == "bad")
          }
        }
      }
      group.addTask {
        try await eventually("all wait") { store.waitingWrites >= 24 }
        turn.release()
      }
      try await group.waitForAll()
    }
    let jobs = try await store.list(JobQuery(kind: .order, limit: 100))
    #expect(jobs.map(\.id.rawValue) == Array(1...20))
    #expect(jobs.map(\.change) == Array(1...20))
    #expect(try await store.health().fault == nil)
    #expect(try await store.health().queued == 20)
  }

  @Test("a full disk fails the whole group as unavailable, and the next write tries again")
  func diskFull() async throws {
    let store = try bench.open()
    _ = try await store.submit("first")
    try await store.limitPages(to: 1)
    let large = String(repeating: "x", count: 1 << 20)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<5 {
        group.addTask {
          let error = await #expect(throws: StoreError.self) { try await store.submit(large) }
          #expect(error?.code == .unavailable && error?.operation == "submit")
        }
      }
    }
    #expect(try await store.list(JobQuery(kind: .order, limit: 10)).count == 1)
    try await store.limitPages(to: 1 << 30)
    #expect(try await store.submit(large) == .accepted(JobID(rawValue: 2)))
    #expect(try await store.health().fault == nil)
  }

  @Test("a write that shows whether writing works reaches the disk, though it changes nothing")
  func touch() async throws {
    let store = try bench.open()
    _ = try await store.submit()
    for _ in 1...3 {
      let before = fileSize(bench.path + "-wal")
      try await store.write("touch") { try $0.touch() }
      #expect(fileSize(bench.path + "-wal") > before)
    }
    #expect(try await store.newestChange() == 1)
  }

  @Test("more writes than a group may hold go in several")
  func groupLimit() async throws {
    let store = try bench.open(.init(groupLimit: 3))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { _ = try await store.submit() } }
      try await group.waitForAll()
    }
    #expect(try store.number("SELECT count(*) FROM job") == 100)
  }

  @Test("the write-ahead log stays small, with readers at work and without")
  func walStaysSmall() async throws {
    let store = try bench.open(.init(checkpointPages: 50))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<400 { _ = try await store.submit() } } }
      for _ in 0..<2 {
        group.addTask { for number in 1..<3000 { _ = try await store.read(JobID(rawValue: Int64(number))) } }
      }
      try await group.waitForAll()
    }
    #expect(fileSize(bench.path + "-wal") < 400 * 4200)
  }

  @Test("the write-ahead log stays small though somebody reads at every moment, and two members write")
  func walStaysSmallBesideReaders() async throws {
    let configuration = SQLiteJobStore.Configuration(checkpointPages: 100)
    let members = [try bench.open(configuration), try bench.open(configuration)]
    let (isOver, begin) = (Flag(), Query("BEGIN"))
    let largest = try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<6 {
        group.addTask {
          // They overlap, so that there is no moment without one.
          try await blocking {
            while !isOver.isSet {
              try members[number % 2].readers.read("linger") { connection in
                try connection(begin).run()
                _ = try connection(.counters).first { $0.integer(0) }
                Thread.sleep(forTimeInterval: 0.003 + 0.001 * Double(number))
                try connection(.commit).run()
              }
            }
          }
        }
      }
      var largest = 0
      for round in 0..<1500 {
        _ = try await members[round % 2].submit(
          NewJob(kind: .order, input: [UInt8](repeating: 1, count: 3000)), limits: QueueLimits(jobs: .max), at: .at(1))
        largest = max(largest, fileSize(bench.path + "-wal"))
      }
      isOver.set()
      try await group.waitForAll()
      return largest
    }
    // 1,500 commits of some eight pages would be 12,000. It is cut at four times its size, when readers let it.
    #expect(largest < 1500 * 4120, "\(largest)")
  }

  @Test("the number of waiting jobs kept is the number there is, and the file is sound, after all sorts of traffic")
  func countersAgree() async throws {
    let (one, two) = (try bench.open(), try bench.open())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for member in [one, two] {
        group.addTask { for _ in 0..<200 { _ = try await member.submit() } }
        group.addTask {
          for round in 0..<100 {
            for claim in try await member.claim(Room(3, of: [.order: 3]), at: .at(1)) {
              switch (round + Int(claim.tenure.id.rawValue)) % 4 {
              case 0: try await member.finish(claim.tenure, as: .release, at: .at(1))
              case 1: try await member.finish(claim.tenure, as: .complete([1]), at: .at(1))
              case 2: _ = try await member.cancel(claim.tenure.id, at: .at(1))
              default: break
              }
            }
            _ = try await member.cancel(JobID(rawValue: Int64(round * 3)), at: .at(1))
          }
        }
      }
      try await group.waitForAll()
    }
    await two.abandon()
    try await one.reap(at: .at(1))
    #expect(try await one.health().queued == Int(one.number("SELECT count(*) FROM job WHERE status = 'started'")))
    #expect(try await one.health().queued == Int(one.number("SELECT queued FROM kind_state WHERE kind = 'order'")))
    let bytes = try one.number("SELECT sum(size) FROM job WHERE status = 'started'")
    #expect(try bytes == one.number("SELECT queued_bytes FROM kind_state WHERE kind = 'order'"))
    #expect(try bytes == one.number("SELECT queued_bytes FROM store"))
    #expect(try one.number("SELECT count(*) FROM job WHERE (status = 'running') <> (member IS NOT NULL)") == 0)
    #expect(try one.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0)
  }
}

extension SQLiteJobStore {
  /// What a disk that is full looks like to SQLite.
  fileprivate func limitPages(to count: Int) async throws {
    try await write("limit") { transaction in
      _ = try transaction.connection(Query("PRAGMA max_page_count = \(count)")).run()
    }
  }
}
