import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let callingBack: [Guarantee] = [
    Guarantee("a host that has no room stands in nobody's way, and what is put off for it counts no attempt") { bench in
      let store = try await bench.joinOutbox()
      func owe(_ url: String) async throws {
        _ = try await store.cancel(store.accept(.order("a", callback: url)), at: .at(1))
      }
      for _ in 0..<CallbackRoom.window { try await owe("https://full.example/") }
      try await owe("https://other.example/")
      let room = CallbackRoom(9, perHost: 2, pause: .seconds(3600))
      let first = try await store.claimCallbacks(room, lease: .seconds(60))
      #expect(first.deliveries.map(\.url) == ["https://full.example/", "https://full.example/"])
      #expect(first.postponed == CallbackRoom.window - 2)
      var full = room
      for _ in 1...2 { _ = full.take("https://full.example/") }
      #expect(try await store.hasDueCallbacks(for: full))
      let second = try await store.claimCallbacks(full, lease: .seconds(60))
      #expect(second.deliveries.map(\.url) == ["https://other.example/"] && second.postponed == 0)
      #expect(try await !store.hasDueCallbacks())
      // Where the room is filled, nothing is put off.
      for _ in 0..<3 { try await owe("https://full.example/") }
      #expect(try await !store.hasDueCallbacks(for: full))
      #expect(try await store.claimCallbacks(full, lease: .seconds(60)).postponed == 0)
      #expect(try await store.claimCallbacks(9, lease: .seconds(60)).map(\.attempt) == [1, 1, 1])
      #expect(try await !store.hasDueCallbacks(for: CallbackRoom(0)))
    },

    Guarantee("each way into a final status owes one message, in every member's eyes, and nothing else does") { bench in
      let (one, two) = (try await bench.joinOutbox(), try await bench.joinOutbox())
      for _ in 0..<6 { _ = try await one.accept(.order("a", callback: "https://a.example/")) }
      let claims = try await one.claim(4, of: [.order], at: .at(1)).map(\.tenure)
      try await one.finish(claims[3], as: .release, at: .at(2))
      #expect(try await !two.hasDueCallbacks())
      try await one.finish(claims[0], as: .complete([1]), at: .at(3))
      try await one.finish(claims[1], as: .fail(.workFailed), at: .at(3))
      for id in [claims[2].id, JobID(rawValue: 5)] { _ = try await two.cancel(id, at: .at(3)) }
      // What is final already is told of once.
      try await one.finish(claims[0], as: .complete([2]), at: .at(4))
      _ = try await two.cancel(claims[2].id, at: .at(4))
      #expect(try await two.hasDueCallbacks())
      #expect(try await two.unsettledCallbacks() == 4)
      let deliveries = try await two.claimCallbacks(9, lease: .seconds(60))
      #expect(deliveries.map(\.job.id.rawValue).sorted() == [1, 2, 3, 5])
      for delivery in deliveries {
        #expect(delivery.job == (try await one.job(delivery.job.id)))
        #expect(delivery.message == "\(one.name)-\(delivery.job.change)")
        #expect((delivery.attempt, delivery.url) == (1, "https://a.example/"))
      }
    },

    Guarantee("a job lost with its last worker owes its message too") { bench in
      let survivor = try await bench.joinOutbox()
      let id = try await survivor.accept(.order("a", callback: "https://a.example/"))
      let member = try await bench.join()
      _ = try await member.claimOne(attempts: 1)
      try await bench.kill(member)
      #expect(try await survivor.reap(at: .at(1)) == [id])
      let told = try await survivor.claimCallbacks(1, lease: .seconds(60)).first
      #expect(told?.job.failure == .workerLost)
    },

    Guarantee("a job without a callback owes nothing") { bench in
      let store = try await bench.joinOutbox()
      let id = try await store.accept()
      try await store.finish(store.claimOne().tenure, as: .complete([]), at: .at(1))
      #expect(try await store.job(id).status == .complete)
      #expect(try await !store.hasDueCallbacks())
      #expect(try await store.claimCallbacks(9, lease: .seconds(60)).isEmpty)
    },

    Guarantee("one message is given to one member at a time, and again when the lease is over, under the same id") {
      bench in
      let (one, two) = (try await bench.joinOutbox(), try await bench.joinOutbox())
      let first = try await one.oweOne(lease: .milliseconds(50))
      #expect(try await two.claimCallbacks(9, lease: .seconds(60)).isEmpty)
      try await eventually("the lease is over") { try await two.hasDueCallbacks() }
      let second = try await two.claimCallbacks(9, lease: .seconds(60)).first
      #expect((second?.message, second?.attempt) == (first.message, 2))
      #expect(second?.job == first.job)
      // Whoever was too slow changes nothing.
      #expect(try await !one.settle(first, as: .settled))
      #expect(try await !one.settle(first, as: .retry(after: .zero)))
      #expect(try await !one.hasDueCallbacks())
      #expect(try await two.settle(#require(second), as: .settled))
      #expect(try await one.unsettledCallbacks() == 0)
      #expect(try await !two.settle(#require(second), as: .settled))
    },

    Guarantee("of many members that claim at once, each message goes to one") { bench in
      let members = [try await bench.joinOutbox(), try await bench.joinOutbox(), try await bench.joinOutbox()]
      for _ in 0..<30 {
        _ = try await members[0].cancel(members[0].accept(.order("a", callback: "https://a.example/")), at: .at(1))
      }
      let claimed = try await withThrowingTaskGroup(of: [CallbackDelivery].self) { group in
        for member in members {
          for _ in 0..<5 { group.addTask { try await member.claimCallbacks(4, lease: .seconds(60)) } }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.map(\.job.id.rawValue).sorted() == Array(1...30))
      #expect(Set(claimed.map(\.message)).count == 30)
    },

    Guarantee("a retry is due after its pause and not before, whoever takes it") { bench in
      let (one, two) = (try await bench.joinOutbox(), try await bench.joinOutbox())
      let first = try await one.oweOne()
      #expect(try await one.settle(first, as: .retry(after: .seconds(60))))
      #expect(try await !two.hasDueCallbacks())
      #expect(try await two.claimCallbacks(9, lease: .seconds(60)).isEmpty)
      let other = try await one.oweOne()
      #expect(try await one.settle(other, as: .retry(after: .milliseconds(50))))
      try await eventually("it is due") { try await two.hasDueCallbacks() }
      let again = try await two.claimCallbacks(9, lease: .seconds(60))
      #expect(again.map(\.message) == [other.message])
      #expect(again.map(\.attempt) == [2])
    },

    Guarantee("a message that is given back is due at once, and the siblings hear of it") { bench in
      let (one, two) = (try await bench.joinOutbox(), try await bench.joinOutbox())
      let first = try await one.oweOne()
      var rings = two.rings().makeAsyncIterator()
      #expect(try await one.settle(first, as: .retry(after: .zero)))
      await rings.next()
      #expect(try await two.claimCallbacks(9, lease: .seconds(60)).map(\.message) == [first.message])
    },

    Guarantee("what a dead member was sending is due at once") { bench in
      let survivor = try await bench.joinOutbox()
      let member = try await bench.joinOutbox()
      let lost = try await member.oweOne()
      #expect(try await !survivor.hasDueCallbacks())
      try await bench.kill(member)
      _ = try await survivor.reap(at: .at(1))
      #expect(try await survivor.hasDueCallbacks())
      let again = try await survivor.claimCallbacks(9, lease: .seconds(60)).first
      #expect((again?.message, again?.attempt) == (lost.message, 2))
    },

    Guarantee("no more messages are given than was asked for, longest due first") { bench in
      let store = try await bench.joinOutbox()
      for _ in 0..<3 {
        _ = try await store.cancel(store.accept(.order("a", callback: "https://a.example/")), at: .at(1))
      }
      #expect(try await store.claimCallbacks(0, lease: .seconds(60)).isEmpty)
      #expect(try await store.claimCallbacks(2, lease: .seconds(60)).map(\.job.id.rawValue) == [1, 2])
      #expect(try await store.claimCallbacks(2, lease: .seconds(60)).map(\.job.id.rawValue) == [3])
    },

    Guarantee("a job of which there is something to tell does not expire, and then it does") { bench in
      let store = try await bench.joinOutbox()
      let owed = try await store.oweOne()
      let silent = try await store.accept()
      _ = try await store.cancel(silent, at: .at(1))
      #expect(try await store.expire(.order, endedBefore: .at(9), limit: 9, at: .at(9)) == [silent])
      #expect(try await store.read(owed.job.id) != nil)
      _ = try await store.settle(owed, as: .settled)
      #expect(try await store.expire(.order, endedBefore: .at(9), limit: 9, at: .at(9)) == [owed.job.id])
    },

    Guarantee("the same key with another callback, or with none, is another submission") { bench in
      let store = try await bench.joinOutbox()
      let id = try await store.accept(.order("a", key: "k", callback: "https://a.example/"))
      let plain = try await store.accept(.order("a", key: "plain"))
      func submit(_ key: String, _ callback: String?) async throws -> Submission {
        try await store.submit(.order("a", key: key, callback: callback), limits: QueueLimits(jobs: 9), at: .at(1))
      }
      #expect(try await submit("k", "https://a.example/") == .replayed(id))
      #expect(try await submit("k", "https://a.example/x") == .keyReused(id))
      #expect(try await submit("k", nil) == .keyReused(id))
      #expect(try await submit("plain", nil) == .replayed(plain))
      #expect(try await submit("plain", "https://a.example/") == .keyReused(plain))
    },
  ]
}

extension JobStoreBench {
  fileprivate func joinOutbox() async throws -> any JobStore & CallbackOutbox {
    guard let member = try await join() as? any JobStore & CallbackOutbox else {
      throw Unexpected("this store has no outbox")
    }
    return member
  }
}

extension JobStore where Self: CallbackOutbox {
  /// One more message that this member is sending.
  fileprivate func oweOne(lease: Duration = .seconds(60)) async throws -> CallbackDelivery {
    _ = try await cancel(accept(.order("a", callback: "https://a.example/")), at: .at(1))
    guard let delivery = try await claimCallbacks(1, lease: lease).first else { throw Unexpected("nothing to send") }
    return delivery
  }
}
