import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let reaping: [Guarantee] = [
    Guarantee("nothing is reaped from members that live and renew, whoever asks") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      _ = try await one.accept()
      let tenure = try await one.claimOne().tenure
      let change = try await one.newestChange()
      #expect(try await two.reap(at: .at(1)).isEmpty)
      #expect(try await one.reap(at: .at(1)).isEmpty)
      #expect(try await one.tenures() == [tenure])
      #expect(try await one.newestChange() == change)
    },

    Guarantee("a dead member's running jobs wait again, and its epochs are over") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let ids = [try await one.accept(), try await one.accept(), try await one.accept()]
      let lost = try await one.claim(2, of: [.order], at: .at(1)).map(\.tenure)
      try await bench.kill(one)
      #expect(try await Set(two.reap(at: .at(7000))) == Set(ids.prefix(2)))
      for id in ids.prefix(2) {
        let job = try await two.job(id)
        #expect((job.status, job.attempt, job.updatedAt) == (.started, 1, .at(7000)))
      }
      #expect(try await two.renew(lost.map { JobReport(tenure: $0) }, at: .at(1)) == lost)
      #expect(try await !two.finish(lost[0], as: .complete([]), at: .at(1)))
      #expect(try await two.health().queued == 3)
      #expect(try await two.claim(5, of: [.order], at: .at(1)).map(\.attempt) == [2, 2, 1])
      #expect(try await two.reap(at: .at(1)).isEmpty)
    },

    Guarantee("a job whose members died as often as it has attempts is failed as worker-lost") { bench in
      let survivor = try await bench.join()
      let id = try await survivor.accept()
      for attempt in 1...3 {
        let member = try await bench.join()
        let claim = try await member.claimOne()
        #expect(claim.attempt == attempt)
        try await bench.kill(member)
        #expect(try await survivor.reap(at: .at(9000)) == [id])
      }
      let job = try await survivor.job(id)
      #expect((job.status, job.failure, job.finishedAt) == (.failed, .workerLost, .at(9000)))
      #expect(try await survivor.health().queued == 0)
    },

    Guarantee("released attempts don't count towards worker-lost") { bench in
      let survivor = try await bench.join()
      let id = try await survivor.accept()
      for _ in 0..<5 { try await survivor.finish(survivor.claimOne().tenure, as: .release, at: .at(1)) }
      let member = try await bench.join()
      _ = try await member.claimOne(attempts: 2)
      try await bench.kill(member)
      _ = try await survivor.reap(at: .at(1))
      #expect(try await survivor.job(id).status == .started)
    },

    Guarantee("what was cancelled or finished before the death stays so") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for _ in 0..<3 { _ = try await one.accept() }
      let claims = try await one.claim(3, of: [.order], attempts: 1, at: .at(1))
      _ = try await two.cancel(claims[0].tenure.id, at: .at(2))
      try await one.finish(claims[1].tenure, as: .complete([1]), at: .at(2))
      let before = [try await two.job(claims[0].tenure.id), try await two.job(claims[1].tenure.id)]
      try await bench.kill(one)
      #expect(try await two.reap(at: .at(3)) == [claims[2].tenure.id])
      #expect(try await two.job(claims[0].tenure.id) == before[0])
      #expect(try await two.job(claims[1].tenure.id) == before[1])
      #expect(try await two.job(claims[2].tenure.id).status == .failed)
    },

    Guarantee("many reapers at once move each job once") { bench in
      let survivors = try await bench.join(4)
      let dead = try await bench.join()
      for _ in 0..<20 { _ = try await dead.accept() }
      _ = try await dead.claim(20, of: [.order], at: .at(1))
      try await bench.kill(dead)
      let moved = try await withThrowingTaskGroup(of: [JobID].self) { group in
        for survivor in survivors { group.addTask { try await survivor.reap(at: .at(1)) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(moved.sorted().map(\.rawValue) == Array(1...20))
    },

    Guarantee("a living member whose lease is over loses its jobs, and takes new ones when it comes back") { bench in
      let hung = try await bench.join(lease: .milliseconds(100))
      let reaper = try await bench.join(lease: .milliseconds(100))
      let id = try await hung.accept()
      let stale = try await hung.claimOne().tenure
      try await eventually("the job is taken") { try await reaper.reap(at: .at(5000)) == [id] }
      #expect(try await hung.renew([JobReport(tenure: stale)], at: .at(1)) == [stale])
      #expect(try await !hung.finish(stale, as: .complete([]), at: .at(1)))
      #expect(try await hung.claimOne().attempt == 2)
      #expect(try await hung.tenures().count == 1)
    },

    Guarantee("a member that renews in time keeps its jobs for ever") { bench in
      let holder = try await bench.join(lease: .milliseconds(400))
      let reaper = try await bench.join(lease: .milliseconds(400))
      _ = try await holder.accept()
      let tenure = try await holder.claimOne().tenure
      let end = ContinuousClock.now.advanced(by: .seconds(1))
      while ContinuousClock.now < end {
        #expect(try await holder.renew([JobReport(tenure: tenure)], at: .at(1)).isEmpty)
        #expect(try await reaper.reap(at: .at(1)).isEmpty)
      }
      #expect(try await holder.tenures() == [tenure])
    },

    Guarantee("a claim renews the lease as well, without room too") { bench in
      let holder = try await bench.join(lease: .milliseconds(400))
      let reaper = try await bench.join(lease: .milliseconds(400))
      _ = try await holder.accept()
      let tenure = try await holder.claimOne().tenure
      let end = ContinuousClock.now.advanced(by: .seconds(1))
      while ContinuousClock.now < end {
        #expect(try await holder.claim(0, of: [], at: .at(1)).isEmpty)
        #expect(try await reaper.reap(at: .at(1)).isEmpty)
      }
      #expect(try await holder.tenures() == [tenure])
    },
  ]
}
