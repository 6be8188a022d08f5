import Foundation
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  @Suite("what a supervisor wants to know")
  struct SupervisionTests {
    typealias Bytes = RecordBytes

    @Test("a server is ready once, before its first answer")
    func ready() async throws {
      let ready = Atomic(0)
      let server = try ServerUnderTest(
        onReady: { ready.add(1, ordering: .relaxed) },
        handler: { request in
          #expect(ready.load(ordering: .relaxed) == 1)
          return await echo(request)
        })
      for _ in 1...3 { try await server.answersHonestly() }
      #expect(ready.load(ordering: .relaxed) == 1)
      try await server.stop()
      #expect(ready.load(ordering: .relaxed) == 1)
    }

    @Test("a turn is taken while one thread is free, and not while all of them are stuck")
    func turns() async throws {
      let barrier = Barrier()
      let server = try ServerUnderTest(
        .brief { $0.workers = 2 },
        handler: { request in
          barrier.pass()
          return await echo(request)
        })
      await server.server.turn()
      let peers = try (0..<2).map { _ in try server.connect() }
      try await peers[0].send(Bytes.request())
      try await eventually("one thread is stuck") { barrier.waiting == 1 }
      await server.server.turn()
      try await peers[1].send(Bytes.request())
      try await eventually("both are") { barrier.waiting == 2 }
      let isTaken = Atomic(false)
      let turn = Task {
        await server.server.turn()
        isTaken.store(true, ordering: .relaxed)
      }
      // For a turn that comes though no thread is free.
      try await Task.sleep(for: .milliseconds(300))
      let isEarly = isTaken.load(ordering: .relaxed)
      #expect(!isEarly)
      barrier.open()
      await turn.value
      for peer in peers { #expect(try await peer.answer().status == 200) }
      try await server.stop()
    }
  }
}

/// Holds whole threads until it is opened.
private final class Barrier: Sendable {
  private let condition = NSCondition()
  private let state = Mutex((isOpen: false, waiting: 0))

  var waiting: Int { state.withLock { $0.waiting } }

  func pass() {
    condition.lock()
    defer { condition.unlock() }
    state.withLock { $0.waiting += 1 }
    while !state.withLock({ $0.isOpen }) { condition.wait() }
  }

  func open() {
    condition.lock()
    state.withLock { $0.isOpen = true }
    condition.broadcast()
    condition.unlock()
  }
}
