import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let alone: [Guarantee] = [
    Guarantee("a job that had a member die under it and has one attempt left runs alone in its member") { bench in
      let idle = try await bench.join()
      let suspects = try await suspects(2, on: bench, reaper: idle)
      let other = try await idle.accept()
      let first = try await idle.claim(8, of: [.order], at: .at(1))
      #expect(first.map(\.tenure.id) == [suspects[0]])
      #expect(first.map(\.attempt) == [3])
      #expect(try await !idle.hasWaiting(of: [.order]))
      #expect(try await idle.claim(8, of: [.order], at: .at(1)).isEmpty)
      try await idle.finish(first[0].tenure, as: .complete([]), at: .at(1))
      let second = try await idle.claimOne().tenure
      #expect(second.id == suspects[1])
      try await idle.finish(second, as: .complete([]), at: .at(1))
      #expect(try await idle.claim(8, of: [.order], at: .at(1)).map(\.tenure.id) == [other])
    },

    Guarantee("a busy member is kept such a job, takes nothing else, and runs it when it runs nothing") { bench in
      let busy = try await bench.join()
      _ = try await busy.accept()
      let own = try await busy.claimOne().tenure
      let suspect = try await suspects(1, on: bench, reaper: busy)[0]
      _ = try await busy.accept()
      #expect(try await busy.hasWaiting(of: [.order]))
      #expect(try await busy.claim(8, of: [.order], at: .at(1)).isEmpty)
      #expect(try await !busy.hasWaiting(of: [.order]))
      #expect(try await busy.job(suspect).status == .started)
      try await busy.finish(own, as: .complete([]), at: .at(1))
      #expect(try await busy.hasWaiting(of: [.order]))
      #expect(try await busy.claim(8, of: [.order], at: .at(1)).map(\.tenure.id) == [suspect])
    },

    Guarantee("one member is kept such a job, the others go on, and an idle one may take it") { bench in
      let (kept, busy) = (try await bench.join(), try await bench.join())
      let suspect = try await suspects(1, on: bench, reaper: kept)[0]
      // Taken away for a moment, so that both members can get busy.
      try await kept.finish(kept.claimOne().tenure, as: .release, at: .at(1))
      let lone = try await kept.claimOne().tenure
      _ = try await busy.accept()
      _ = try await busy.claimOne()
      _ = try await busy.accept()
      try await kept.finish(lone, as: .release, at: .at(1))
      #expect(try await busy.claim(8, of: [.order], at: .at(1)).isEmpty)
      let idle = try await bench.join()
      #expect(try await idle.claim(8, of: [.order], at: .at(1)).map(\.tenure.id) == [suspect])
      #expect(try await busy.claim(8, of: [.order], at: .at(1)).count == 1)
    },

    Guarantee("what was kept for a member that dies is kept for nobody") { bench in
      let (busy, dying) = (try await bench.join(), try await bench.join())
      _ = try await busy.accept()
      _ = try await busy.claimOne()
      _ = try await dying.accept()
      _ = try await dying.claimOne()
      _ = try await suspects(1, on: bench, reaper: busy)
      #expect(try await dying.claim(8, of: [.order], at: .at(1)).isEmpty)
      #expect(try await !busy.hasWaiting(of: [.order]))
      try await bench.kill(dying)
      _ = try await busy.reap(at: .at(1))
      // The dead one's own job is claimed by nobody who is kept for the other.
      #expect(try await busy.claim(8, of: [.order], at: .at(1)).isEmpty)
      #expect(try await !busy.hasWaiting(of: [.order]))
    },

    Guarantee("a last attempt that others ran beside when the member died is not counted, and made once more, alone") {
      bench in
      let survivor = try await bench.join()
      let ids = [try await survivor.accept(), try await survivor.accept()]
      let victim = try await bench.join()
      #expect(try await victim.claim(8, of: [.order], attempts: 1, at: .at(1)).count == 2)
      try await bench.kill(victim)
      _ = try await survivor.reap(at: .at(2))
      #expect(try await survivor.job(ids[0]).status == .started)
      let again = try await bench.join()
      #expect(try await again.claim(8, of: [.order], attempts: 1, at: .at(3)).map(\.tenure.id) == [ids[0]])
      try await bench.kill(again)
      _ = try await survivor.reap(at: .at(4))
      #expect(try await survivor.job(ids[0]).failure == .workerLost)
      #expect(try await survivor.claim(8, of: [.order], attempts: 1, at: .at(5)).map(\.attempt) == [1])
    },

    Guarantee("works that run here unheard are company too: a lone job waits until they are over") { bench in
      let member = try await bench.join()
      let suspect = try await suspects(1, on: bench, reaper: member)[0]
      #expect(try await member.claim(Room(8, of: [.order: 3], others: 1), at: .at(1)).isEmpty)
      #expect(try await !member.hasWaiting(of: [.order], others: 1))
      #expect(try await member.hasWaiting(of: [.order]))
      #expect(try await member.claim(Room(8, of: [.order: 3]), at: .at(1)).map(\.tenure.id) == [suspect])
    },

    Guarantee("of fifty jobs, one of which kills every member that takes it, that one fails and no other") { bench in
      let survivor = try await bench.join()
      var ids: [JobID] = []
      for _ in 0..<50 { ids.append(try await survivor.accept()) }
      let poison = ids[20]
      var deaths = 0
      var member = try await bench.join()
      while try await survivor.counts().ended < 50, deaths < 20 {
        let claims = try await member.claim(8, of: [.order], at: .at(1))
        if claims.contains(where: { $0.tenure.id == poison }) {
          try await bench.kill(member)
          deaths += 1
          _ = try await survivor.reap(at: .at(1))
          member = try await bench.join()
        } else {
          try await member.finish(claims.map { JobEnd(tenure: $0.tenure, outcome: .complete([])) }, at: .at(1))
        }
      }
      #expect(deaths == 3)
      for id in ids {
        let job = try await survivor.job(id)
        #expect(job.status == (id == poison ? .failed : .complete))
        #expect(job.failure == (id == poison ? .workerLost : nil))
      }
    },
  ]

  /// That many jobs that had two of their three attempts end with the death of a member.
  private static func suspects(
    _ count: Int, on bench: any JobStoreBench, reaper: any JobStore
  ) async throws -> [JobID] {
    var ids: [JobID] = []
    for _ in 0..<count { ids.append(try await reaper.accept()) }
    for _ in 1...2 {
      let victim = try await bench.join()
      let claims = try await victim.claim(count, of: [.order], at: .at(1)).map(\.tenure.id)
      guard claims == ids else { throw Unexpected("\(claims)") }
      try await bench.kill(victim)
      _ = try await reaper.reap(at: .at(1))
    }
    return ids
  }
}
