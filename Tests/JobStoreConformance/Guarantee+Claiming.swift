import Jobs
import Testing

extension Guarantee {
  static let claiming: [Guarantee] = [
    Guarantee("a claim takes the oldest waiting jobs of its kinds, at most as many as it has room for") { bench in
      let store = try await bench.join()
      var ids: [JobID] = []
      for kind in [JobKind.order, .report, .order, .report, .order] {
        ids.append(try await store.accept(NewJob(kind: kind, input: [])))
      }
      #expect(try await store.claim(2, of: [.order, .report], at: .at(1)).map(\.tenure.id) == [ids[0], ids[1]])
      #expect(try await store.claim(1, of: [.report], at: .at(1)).map(\.tenure.id) == [ids[3]])
      #expect(try await store.claim(9, of: [.order], at: .at(1)).map(\.tenure.id) == [ids[2], ids[4]])
      #expect(try await store.claim(9, of: [.order, .report], at: .at(1)).isEmpty)
    },

    Guarantee("a claim without room or without kinds takes nothing") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      #expect(try await store.claim(0, of: [.order, .report], at: .at(1)).isEmpty)
      #expect(try await store.claim(-1, of: [.order, .report], at: .at(1)).isEmpty)
      #expect(try await store.claim(5, of: [], at: .at(1)).isEmpty)
      #expect(try await store.job(id).status == .started)
    },

    Guarantee("a claimed job is running, under a new epoch, with one attempt more") { bench in
      let store = try await bench.join()
      let id = try await store.accept("in", at: .at(1000))
      let claim = try await store.claimOne(at: .at(2000))
      let job = try await store.job(id)
      let tenure = Tenure(id: id, epoch: job.epoch)
      #expect(
        claim == Claim(tenure: tenure, kind: .order, input: job.input, attempt: 1, acceptedAt: .at(1000)))
      #expect((job.status, job.attempt) == (.running, 1))
      #expect((job.createdAt, job.startedAt, job.updatedAt) == (.at(1000), .at(2000), .at(2000)))
      #expect(try await store.tenures() == [claim.tenure])
    },

    Guarantee("every attempt gets the owner and the traceparent of its job") { bench in
      let store = try await bench.join()
      let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      _ = try await store.accept(NewJob(kind: .order, owner: "ann", input: [], traceParent: trace))
      let first = try await store.claimOne()
      #expect((first.owner, first.traceParent) == ("ann", trace))
      try await store.finish(first.tenure, as: .release, at: .at(3000))
      let second = try await store.claimOne()
      #expect((second.owner, second.traceParent) == ("ann", trace))
      _ = try await store.accept()
      #expect(try await store.claimOne().traceParent == nil)
    },

    Guarantee("startedAt is the first start of all attempts") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let first = try await store.claimOne(at: .at(2000))
      try await store.finish(first.tenure, as: .release, at: .at(3000))
      let second = try await store.claimOne(at: .at(4000))
      #expect(second.tenure.epoch > first.tenure.epoch)
      let job = try await store.job(id)
      #expect((job.startedAt, job.updatedAt) == (.at(2000), .at(4000)))
    },

    Guarantee("four members that claim a thousand jobs never get one twice, and get them all") { bench in
      let members = try await bench.join(4)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { for _ in 0..<50 { _ = try await members[0].accept() } } }
        try await group.waitForAll()
      }
      let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
        for (number, member) in members.enumerated() {
          group.addTask {
            var own: [JobID] = []
            while true {
              let claims = try await member.claim(number + 3, of: [.order], at: .at(1))
              if claims.isEmpty { return own }
              own += claims.map(\.tenure.id)
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.sorted().map(\.rawValue) == Array(1...1000))
    },

    Guarantee("hasWaiting tells whether a claim of these kinds would find a job") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      #expect(try await !two.hasWaiting(of: [.order, .report]))
      _ = try await one.accept()
      #expect(try await two.hasWaiting(of: [.report, .order]))
      #expect(try await !two.hasWaiting(of: [.report]))
      #expect(try await !two.hasWaiting(of: []))
      _ = try await one.claimOne()
      #expect(try await !two.hasWaiting(of: [.order]))
    },

    Guarantee("a member's tenures are its own, until each is over") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for _ in 0..<4 { _ = try await one.accept() }
      let own = try await one.claim(3, of: [.order], at: .at(1)).map(\.tenure)
      let other = try await two.claim(3, of: [.order], at: .at(1)).map(\.tenure)
      #expect(try await Set(one.tenures()) == Set(own))
      #expect(try await two.tenures() == other)
      _ = try await two.cancel(own[0].id, at: .at(2))
      try await one.finish(own[1], as: .complete([]), at: .at(2))
      #expect(try await one.tenures() == [own[2]])
    },
  ]
}
