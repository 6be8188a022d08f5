import Jobs
import Testing

extension Guarantee {
  static let standing: [Guarantee] = [
    Guarantee("a claim that stands takes a job with its submission: nobody else sees it wait") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let claim = StandingClaim(Room(1, of: [.order: 3]))
      one.stand(claim) { .at(2000) }
      let id = try await one.accept("in", at: .at(1000))
      #expect(try await two.job(id).status == .running)
      #expect(try await two.claim(1, of: [.order], at: .at(2000)).isEmpty)
      let taken = await claim.claims()
      let job = try await one.job(id)
      let tenure = Tenure(id: id, epoch: job.epoch)
      #expect(taken == [Claim(tenure: tenure, kind: .order, input: job.input, attempt: 1, acceptedAt: .at(1000))])
      #expect((job.attempt, job.createdAt, job.startedAt) == (1, .at(1000), .at(2000)))
      #expect(try await one.tenures() == [tenure])
      #expect(try await one.counts().queued == 0)
      #expect(try await one.finish(tenure, as: .complete([]), at: .at(3000)))
    },

    Guarantee("a claim that stands takes the oldest first, as many as it has room for, and then stands no more") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let old = try await two.accept()
      let claim = StandingClaim(Room(1, of: [.order: 3]))
      one.stand(claim) { .at(2) }
      let new = try await one.accept()
      #expect(await claim.claims().map(\.tenure.id) == [old])
      #expect(try await one.job(new).status == .started)
      _ = try await one.accept()
      #expect(try await one.counts().queued == 2)
    },

    Guarantee("a claim takes at once what its member left waiting while none stood") { bench in
      let store = try await bench.join()
      let full = StandingClaim(Room(0, of: [.order: 3]))
      store.stand(full) { .at(2000) }
      let first = try await store.accept()
      let second = try await store.accept()
      let claim = StandingClaim(Room(1, of: [.order: 3]))
      store.stand(claim) { .at(2000) }
      #expect(await claim.claims().map(\.tenure.id) == [first])
      let next = StandingClaim(Room(1, of: [.order: 3]))
      store.stand(next) { .at(2000) }
      #expect(await next.claims().map(\.tenure.id) == [second])
      #expect(await full.claims().isEmpty)
    },

    Guarantee("a claim takes at once what a transaction leaves in which it began to stand") { bench in
      let store = try await bench.join()
      let next = StandingClaim(Room(1, of: [.order: 3]))
      let last = StandingClaim(Room(1, of: [.report: 3]))
      store.stand(last) {
        store.stand(next) { .at(2000) }
        return .at(2000)
      }
      let id = try await store.accept()
      #expect(await next.claims().map(\.tenure.id) == [id])
      #expect(await last.claims().isEmpty)
    },

    Guarantee("a claim that gets its room while a transaction uses it takes at once what that leaves") { bench in
      let store = try await bench.join()
      let claim = StandingClaim(Room(1, of: [.report: 3]))
      store.stand(claim) {
        claim.change(to: Room(1, of: [.order: 3]))
        return .at(2000)
      }
      let id = try await store.accept()
      #expect(await claim.claims().map(\.tenure.id) == [id])
    },

    Guarantee("a claim that stands takes the next job with the end of the last") { bench in
      let store = try await bench.join()
      _ = try await store.accept()
      let first = try await store.claimOne()
      let next = try await store.accept()
      let claim = StandingClaim(Room(0, of: [.order: 3], others: 1))
      store.stand(claim) { .at(3000) }
      _ = try await store.accept()
      claim.change(to: Room(1, of: [.order: 3]))
      #expect(try await store.finish(first.tenure, as: .complete([]), at: .at(3000)))
      #expect(await claim.claims().map(\.tenure.id) == [next])
      #expect(try await store.job(next).status == .running)
    },

    Guarantee("a claim that stands takes nothing of other kinds, and goes on standing") { bench in
      let store = try await bench.join()
      let claim = StandingClaim(Room(1, of: [.report: 3]))
      store.stand(claim) { .at(2000) }
      let order = try await store.accept()
      #expect(try await store.job(order).status == .started)
      let report = try await store.accept(NewJob(kind: .report, input: []))
      #expect(await claim.claims().map(\.tenure.id) == [report])
    },

    Guarantee("a submission that is refused or repeated is not claimed") { bench in
      let store = try await bench.join()
      let id = try await store.accept(.order("one", key: "k"))
      let claimed = try await store.claimOne()
      let claim = StandingClaim(Room(1, of: [.order: 3]))
      store.stand(claim) { .at(2000) }
      #expect(
        try await store.submit(.order("one", key: "k"), limits: QueueLimits(), at: .at(2000)) == .replayed(id))
      #expect(
        try await store.submit(.order("two", key: "k"), limits: QueueLimits(), at: .at(2000)) == .keyReused(id))
      claim.withdraw()
      #expect(await claim.claims().isEmpty)
      #expect(try await store.tenures() == [claimed.tenure])
    },

    Guarantee("a claim that was withdrawn, or has another in its place, takes nothing") { bench in
      let store = try await bench.join()
      let (first, second) = (StandingClaim(Room(9, of: [.order: 3])), StandingClaim(Room(9, of: [.order: 3])))
      store.stand(first) { .at(2000) }
      store.stand(second) { .at(2000) }
      #expect(await first.claims().isEmpty)
      second.withdraw()
      #expect(await second.claims().isEmpty)
      let id = try await store.accept()
      #expect(try await store.job(id).status == .started)
    },

    Guarantee("members whose claims stand have each job in one of them, whoever submits it") { bench in
      let members = try await bench.join(3)
      let taken = try await withThrowingTaskGroup(of: [JobID].self) { group in
        for member in members {
          group.addTask {
            var own: [JobID] = []
            for _ in 0..<50 {
              let claim = StandingClaim(Room(2, of: [.order: 3]))
              member.stand(claim) { .at(2000) }
              _ = try await member.accept()
              own += await claim.claims().map(\.tenure.id)
            }
            return own
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(taken.sorted().map(\.rawValue) == Array(1...150))
    },

    Guarantee("the job of a member that dies as soon as it has it is given back, and the attempt counts") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let claim = StandingClaim(Room(1, of: [.order: 3]))
      one.stand(claim) { .at(2000) }
      let id = try await one.accept()
      try await bench.kill(one)
      #expect(try await two.reap(at: .at(3000)) == [id])
      #expect(try await two.claimOne().attempt == 2)
    },
  ]
}
