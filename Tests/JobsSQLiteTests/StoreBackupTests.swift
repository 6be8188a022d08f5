import Foundation
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("A backup")
struct StoreBackupTests {
  let bench = try! SQLiteBench()

  private var copy: String { bench.folder.path + "/copy.db" }

  @Test("is a store of its own, with every job as it stood, and what ran waits in it without charge")
  func whole() async throws {
    let store = try bench.open()
    let long = [UInt8](repeating: 65, count: 5000)
    for input in [[1], long, [3], [4]] as [[UInt8]] {
      _ = try await store.submit(
        NewJob(kind: .order, input: input, idempotencyKey: nil), limits: QueueLimits(jobs: 9), at: .at(1))
    }
    let claims = try await store.claim(Room(3, of: [.order: 3]), at: .at(2)).map(\.tenure)
    try await store.finish([JobEnd(tenure: claims[0], outcome: .complete([7]), log: [8])], at: .at(3))
    try SQLiteJobStore.backUp(path: bench.path, to: copy)
    let made = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).filter { $0.hasPrefix("copy") }
    #expect(made == ["copy.db"])
    #expect(try SQLiteJobStore.check(path: copy).faults.isEmpty)

    let restored = try SQLiteJobStore.open(path: copy)
    #expect(restored.name != store.name)
    #expect(try await restored.result(of: claims[0].id) == [7])
    #expect(try await restored.log(of: claims[0].id) == [8])
    #expect(try await restored.read(claims[0].id) == store.read(claims[0].id))
    let again = try await restored.claim(Room(9, of: [.order: 3]), at: .at(4))
    #expect(again.map(\.attempt) == [1, 1, 1])
    #expect(again.map(\.input) == [long, [3], [4]])
    #expect(again.first.map { $0.tenure.epoch } ?? 0 > claims[1].epoch)
    #expect(try await restored.health().members.count == 1)
    // The original goes on as if nothing had been.
    #expect(try await store.tenures() == Array(claims.dropFirst()))
    await restored.close()
    #expect(try SQLiteJobStore.check(path: copy).faults.isEmpty)
  }

  @Test("keeps what there is to tell, under the same id, and nobody is sending it")
  func callbacks() async throws {
    let store = try bench.open()
    try await store.oweTwoCallbacks()
    let sent = try await store.claimCallbacks(2, lease: .seconds(60))
    try await store.settle(sent[1], as: .retry(after: .seconds(60)))
    try SQLiteJobStore.backUp(path: bench.path, to: copy)
    #expect(try SQLiteJobStore.check(path: copy).faults.isEmpty)
    let restored = try SQLiteJobStore.open(path: copy)
    let again = try await restored.claimCallbacks(9, lease: .seconds(60))
    #expect(again.map(\.message) == [sent[0].message])
    #expect(again.map(\.attempt) == [2])
    #expect(try await restored.unsettledCallbacks() == 2)
    await restored.close()
  }

  @Test("shows one instant, however much is written meanwhile")
  func underLoad() async throws {
    let store = try bench.open()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          while !Task.isCancelled {
            _ = try await store.submit(NewJob(kind: .order, input: [1]), limits: QueueLimits(jobs: .max), at: .at(1))
            for claim in try await store.claim(Room(4, of: [.order: 3]), at: .at(2)) {
              try await store.finish(claim.tenure, as: .complete([1]), at: .at(3))
            }
          }
        }
      }
      for number in 1...5 {
        let copy = copy + "\(number)"
        try await eventually("more is written") { try await store.counts().ended > number * 20 }
        try SQLiteJobStore.backUp(path: bench.path, to: copy)
        #expect(try SQLiteJobStore.check(path: copy).faults.isEmpty)
      }
      group.cancelAll()
      try await group.waitForAll()
    }
    #expect(try SQLiteJobStore.check(path: bench.path).faults.isEmpty)
  }

  @Test("overwrites nothing, and leaves nothing behind where it can't be written")
  func refusals() async throws {
    let store = try bench.open()
    let there = bench.folder.path + "/there"
    try "mine".write(toFile: there, atomically: false, encoding: .utf8)
    expect(.unusable) { () throws(StoreError) in try SQLiteJobStore.backUp(path: bench.path, to: there) }
    #expect(try String(contentsOfFile: there, encoding: .utf8) == "mine")
    let nowhere = bench.folder.path + "/no/such/folder"
    expect(.unavailable) { () throws(StoreError) in try SQLiteJobStore.backUp(path: bench.path, to: nowhere) }
    expect(.unusable) { () throws(StoreError) in try SQLiteJobStore.backUp(path: there, to: copy) }
    expect(.unusable) { () throws(StoreError) in try SQLiteJobStore.backUp(path: nowhere, to: copy) }
    #expect(!exists(copy) && !exists(copy + ".part"))
    await store.close()
  }

  private func expect(_ code: StoreError.Code, _ body: () throws(StoreError) -> Void) {
    do throws(StoreError) {
      try body()
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.code == code, "\(error)")
    }
  }
}
