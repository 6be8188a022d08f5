import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let slots: [Guarantee] = [
    Guarantee("a kind of which nothing runs here may begin one job though no shared slot is free") { bench in
      let store = try await bench.join()
      let ids = try await store.accept([.order, .order, .report, .report])
      var room = Room(0, of: [.order: 3, .report: 3], others: 8)
      #expect(try await !store.hasWaiting(for: room))
      #expect(try await store.claim(room, at: .at(1)).isEmpty)
      room.kinds[.report]?.isIdle = true
      #expect(try await store.hasWaiting(for: room))
      #expect(try await store.claim(room, at: .at(1)).map(\.tenure.id) == [ids[2]])
      room.kinds[.report]?.isIdle = false
      #expect(try await !store.hasWaiting(for: room))
      #expect(try await store.claim(room, at: .at(1)).isEmpty)
    },

    Guarantee("jobs begin oldest first, whatever their kinds, and beyond the shared slots one of each idle kind") {
      bench in
      let store = try await bench.join()
      let ids = try await store.accept([.report, .order, .order, .report, .order])
      var room = Room(2, of: [.order: 3, .report: 5])
      room.kinds[.order]?.isIdle = true
      room.kinds[.report]?.isIdle = true
      let claims = try await store.claim(room, at: .at(1))
      #expect(claims.map(\.tenure.id) == [ids[0], ids[1]])
      #expect(claims.map(\.kind) == [.report, .order])
      room.shared = 1
      room.kinds[.report]?.isIdle = false
      #expect(try await store.claim(room, at: .at(1)).map(\.tenure.id) == [ids[2]])
      #expect(try await store.claim(room, at: .at(1)).map(\.tenure.id) == [ids[3], ids[4]])
    },

    Guarantee("no more jobs of a kind begin than its member may run, and others do instead") { bench in
      let store = try await bench.join()
      let ids = try await store.accept([.order, .order, .order, .report])
      var room = Room(8, of: [.order: 3, .report: 3])
      room.kinds[.order]?.jobs = 2
      #expect(try await store.claim(room, at: .at(1)).map(\.tenure.id) == [ids[0], ids[1], ids[3]])
      room.kinds[.order]?.jobs = 0
      #expect(try await !store.hasWaiting(for: room))
      #expect(try await store.claim(room, at: .at(1)).isEmpty)
    },

    Guarantee("no more jobs of a kind run in all members together than may, and the end of one makes room") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let ids = try await one.accept([.order, .order, .order, .order, .order, .report])
      let first = try await one.claim(.limited(to: 3, shared: 2), at: .at(1)).map(\.tenure)
      #expect(first.map(\.id) == [ids[0], ids[1]])
      #expect(try await two.claim(.limited(to: 3), at: .at(1)).map(\.tenure.id) == [ids[2], ids[5]])
      for member in [one, two] {
        #expect(try await !member.hasWaiting(for: .limited(to: 3)))
        #expect(try await member.claim(.limited(to: 3), at: .at(1)).isEmpty)
      }
      try await one.finish(first[0], as: .complete([]), at: .at(2))
      #expect(try await two.hasWaiting(for: .limited(to: 3)))
      #expect(try await two.claim(.limited(to: 3), at: .at(2)).map(\.tenure.id) == [ids[3]])
      try await one.finish(first[1], as: .retry(after: .seconds(60)), at: .at(3))
      #expect(try await one.claim(.limited(to: 3), at: .at(3)).map(\.tenure.id) == [ids[4]])
    },

    Guarantee("of four members that claim at once none gets more than is free in all") { bench in
      let members = try await bench.join(4)
      for _ in 0..<40 { _ = try await members[0].accept() }
      let claimed = try await withThrowingTaskGroup(of: Int.self) { group in
        for member in members { group.addTask { try await member.claim(.limited(to: 5), at: .at(1)).count } }
        return try await group.reduce(0, +)
      }
      #expect(claimed == 5)
    },

    Guarantee("a cancelled job holds its slot until its member says that the work has returned") { bench in
      let (holder, sibling) = (try await bench.join(), try await bench.join())
      _ = try await holder.accept([.order, .order])
      let tenure = try await holder.claim(.limited(to: 1), at: .at(1))[0].tenure
      #expect(try await sibling.cancel(tenure.id, at: .at(2)) == .cancelled)
      for member in [holder, sibling] {
        #expect(try await !member.hasWaiting(for: .limited(to: 1)))
        #expect(try await member.claim(.limited(to: 1), at: .at(2)).isEmpty)
      }
      try await holder.free([Tenure(id: tenure.id, epoch: tenure.epoch + 7)])
      #expect(try await !sibling.hasWaiting(for: .limited(to: 1)))
      try await holder.free([tenure])
      #expect(try await sibling.hasWaiting(for: .limited(to: 1)))
      #expect(try await sibling.claim(.limited(to: 1), at: .at(3)).count == 1)
      // Once more, as after an answer that was lost.
      try await holder.free([tenure])
      #expect(try await !holder.hasWaiting(for: .limited(to: 1)))
    },

    Guarantee("an end that comes too late frees the slot all the same") { bench in
      let (holder, sibling) = (try await bench.join(), try await bench.join())
      _ = try await holder.accept([.order, .order])
      let tenure = try await holder.claim(.limited(to: 1), at: .at(1))[0].tenure
      _ = try await sibling.cancel(tenure.id, at: .at(2))
      #expect(try await !holder.finish(tenure, as: .complete([]), at: .at(3)))
      #expect(try await sibling.claim(.limited(to: 1), at: .at(3)).count == 1)
    },

    Guarantee("a freed slot rings, though no job has changed") { bench in
      let (holder, sibling) = (try await bench.join(), try await bench.join())
      // A safety ring may come in between, so the quickest of some is looked at.
      var quickest = Duration.seconds(60)
      for _ in 0..<10 {
        let id = try await holder.accept()
        let tenure = try await holder.claim(.limited(to: 1), at: .at(1))[0].tenure
        _ = try await sibling.cancel(id, at: .at(2))
        var rings = sibling.rings().makeAsyncIterator()
        let start = ContinuousClock.now
        try await holder.free([tenure])
        _ = await rings.next()
        quickest = min(quickest, ContinuousClock.now - start)
      }
      #expect(quickest < .milliseconds(100))
    },

    Guarantee("an attempt whose end is written while its work runs on holds its slot until that has returned") {
      bench in
      let (holder, sibling) = (try await bench.join(), try await bench.join())
      _ = try await holder.accept([.order, .order, .order])
      let tenures = try await holder.claim(.limited(to: 2), at: .at(1)).map(\.tenure)
      let ends = [
        JobEnd(tenure: tenures[0], outcome: .fail(.timedOut), hasReturned: false),
        JobEnd(tenure: tenures[1], outcome: .release, hasReturned: false),
      ]
      #expect(try await holder.finish(ends, at: .at(2)) == [true, true])
      #expect(try await !sibling.hasWaiting(for: .limited(to: 2)))
      #expect(try await sibling.claim(.limited(to: 2), at: .at(2)).isEmpty)
      try await holder.free([tenures[1]])
      // The same job again, while its first attempt might run on.
      let again = try await holder.claim(.limited(to: 2), at: .at(3))
      #expect(again.map(\.tenure.id) == [tenures[1].id])
      try await holder.free([tenures[1]])
      #expect(try await !sibling.hasWaiting(for: .limited(to: 2)))
      try await holder.free([tenures[0]])
      #expect(try await sibling.claim(.limited(to: 2), at: .at(4)).count == 1)
    },

    Guarantee("a dead member holds no slots, neither of its jobs nor of what was cancelled under it") { bench in
      let (dying, survivor) = (try await bench.join(), try await bench.join())
      _ = try await dying.accept([.order, .order, .order, .order])
      let tenures = try await dying.claim(.limited(to: 2), at: .at(1)).map(\.tenure)
      _ = try await survivor.cancel(tenures[0].id, at: .at(2))
      #expect(try await !survivor.hasWaiting(for: .limited(to: 2)))
      try await bench.kill(dying)
      #expect(try await survivor.reap(at: .at(3)) == [tenures[1].id])
      #expect(try await survivor.claim(.limited(to: 2), at: .at(4)).count == 2)
      #expect(try await !survivor.hasWaiting(for: .limited(to: 2)))
    },

    Guarantee("a dead member's slots are freed though it had no job left") { bench in
      let (dying, survivor) = (try await bench.join(), try await bench.join())
      _ = try await dying.accept([.order, .order])
      let tenure = try await dying.claim(.limited(to: 1), at: .at(1))[0].tenure
      _ = try await survivor.cancel(tenure.id, at: .at(2))
      try await bench.kill(dying)
      #expect(try await survivor.reap(at: .at(3)).isEmpty)
      #expect(try await survivor.claim(.limited(to: 1), at: .at(4)).count == 1)
    },

    Guarantee("a member that lives keeps its slots when its lease is over and its jobs are taken") { bench in
      let hung = try await bench.join(lease: .milliseconds(100))
      let reaper = try await bench.join(lease: .milliseconds(100))
      let id = try await hung.accept()
      let stale = try await hung.claim(.limited(to: 1), at: .at(1))[0].tenure
      try await eventually("the job is taken") { try await reaper.reap(at: .at(5000)) == [id] }
      #expect(try await !reaper.hasWaiting(for: .limited(to: 1)))
      #expect(try await reaper.claim(.limited(to: 1), at: .at(5000)).isEmpty)
      try await hung.free([stale])
      #expect(try await reaper.claim(.limited(to: 1), at: .at(5000)).map(\.tenure.id) == [id])
    },

    Guarantee("hasWaiting is false where only jobs of full kinds wait, those included that are due again") { bench in
      let store = try await bench.join()
      _ = try await store.accept([.order, .order, .report])
      let room = Room(shared: 8, kinds: [.order: .init(attempts: 3, jobsInAll: 1), .report: .init(attempts: 3)])
      let claims = try await store.claim(room, at: .at(1))
      #expect(claims.map(\.kind) == [.order, .report])
      var full = room
      full.kinds[.report]?.jobs = 0
      try await store.finish(claims[1].tenure, as: .retry(after: .zero), at: .at(2))
      #expect(try await !store.hasWaiting(for: full))
      #expect(try await store.hasWaiting(for: room))
    },

    Guarantee("a lone job waits for a slot of its kind, which is kept for it") { bench in
      let (busy, sibling) = (try await bench.join(), try await bench.join())
      let suspect = try await busy.accept()
      for _ in 1...2 {
        let victim = try await bench.join()
        #expect(try await victim.claim(.limited(to: 1), at: .at(1)).count == 1)
        try await bench.kill(victim)
        _ = try await sibling.reap(at: .at(1))
      }
      let ids = try await busy.accept([.report, .order])
      let own = try await busy.claim(Room(1, of: [.report: 3]), at: .at(1))[0].tenure
      #expect(own.id == ids[0])
      #expect(try await busy.claim(.limited(to: 1), at: .at(1)).isEmpty)
      // It is kept for `busy`, and of its kind one may run: an ordinary job doesn't take that slot.
      #expect(try await sibling.claim(Room.limited(to: 1).beside(1), at: .at(1)).isEmpty)
      try await busy.finish(own, as: .complete([]), at: .at(2))
      #expect(try await busy.claim(.limited(to: 1), at: .at(2)).map(\.tenure.id) == [suspect])
    },
  ]
}

extension Room {
  /// Orders of which `limit` may run in all members, and reports without limits.
  fileprivate static func limited(to limit: Int, shared: Int = 8) -> Room {
    Room(shared: shared, kinds: [.order: .init(attempts: 3, jobsInAll: limit), .report: .init(attempts: 3)])
  }

  fileprivate func beside(_ others: Int) -> Room {
    var room = self
    room.others = others
    return room
  }
}

extension JobStore {
  fileprivate func accept(_ kinds: [JobKind]) async throws -> [JobID] {
    var ids: [JobID] = []
    for kind in kinds { ids.append(try await accept(NewJob(kind: kind, input: []))) }
    return ids
  }
}
