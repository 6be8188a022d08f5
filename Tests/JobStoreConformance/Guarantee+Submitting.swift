import Jobs
import Testing

extension Guarantee {
  static let submitting: [Guarantee] = [
    Guarantee("a submission under a condition is for the store as it was then, but for one that is replayed") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      _ = try await one.accept()
      var job = NewJob.order("a", key: "k")
      job.condition = ChangeCondition(among: [try await one.newestChange()])
      var late = NewJob.order("b")
      late.condition = job.condition
      #expect(try await one.submit(job, queueLimit: 10, at: .at(1)) == .accepted(JobID(rawValue: 2)))
      #expect(try await two.submit(late, queueLimit: 10, at: .at(2)) == .preconditionFailed)
      #expect(try await two.submit(late, queueLimit: 2, at: .at(2)) == .queueFull)
      #expect(try await two.submit(job, queueLimit: 10, at: .at(2)) == .replayed(JobID(rawValue: 2)))
      #expect(try await one.counts().queued == 2)
      #expect(try await one.accept("c") == JobID(rawValue: 3))
    },

    Guarantee("a submitted job is started, has its input to the byte and no attempt yet") { bench in
      let store = try await bench.join()
      let input = [UInt8](0...255)
      let submission = try await store.submit(
        NewJob(kind: .order, owner: "ann", input: input), queueLimit: 10, at: .at(1234))
      #expect(submission == .accepted(JobID(rawValue: 1)))
      let job = try await store.job(JobID(rawValue: 1))
      #expect(
        job
          == Job(
            id: JobID(rawValue: 1), kind: .order, owner: "ann", status: .started, input: input, attempt: 0, epoch: 0,
            progress: JobProgress(), failure: nil, change: job.change, createdAt: .at(1234), startedAt: nil,
            updatedAt: .at(1234), finishedAt: nil))
    },

    Guarantee("inputs of any size come back, empty and a megabyte too") { bench in
      let store = try await bench.join()
      for count in [0, 1, 1023, 1024, 1025, 70_000, 1 << 20] {
        let input = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let id = try await store.accept(NewJob(kind: .order, input: input))
        #expect(try await store.job(id).input == input)
        #expect(try await store.claimOne().input == input)
      }
    },

    Guarantee("ids rise from 1, each given once, with four members submitting at once") { bench in
      let members = try await bench.join(4)
      let ids = try await withThrowingTaskGroup(of: [JobID].self) { group in
        for member in members {
          group.addTask {
            var own: [JobID] = []
            for _ in 0..<100 { own.append(try await member.accept()) }
            return own
          }
        }
        var all: [JobID] = []
        for try await own in group {
          #expect(own == own.sorted())
          all += own
        }
        return all
      }
      #expect(ids.sorted().map(\.rawValue) == Array(1...400))
    },

    Guarantee("a submission is visible to every other member when it returns") { bench in
      let members = try await bench.join(3)
      for round in 0..<30 {
        let id = try await members[round % 3].accept("\(round)")
        for member in members { #expect(try await member.job(id).input == [UInt8]("\(round)".utf8)) }
      }
    },

    Guarantee("the same key with the same input replays the first job, in any status and from any member") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let order = NewJob.order("a", owner: "ann", key: "k")
      let id = try await one.accept(order)
      #expect(try await two.submit(order, queueLimit: 10, at: .at(5000)) == .replayed(id))
      let claim = try await two.claimOne()
      try await two.finish(claim.tenure, as: .complete([1]), at: .at(6000))
      let before = try await one.job(id)
      #expect(try await one.submit(order, queueLimit: 10, at: .at(7000)) == .replayed(id))
      #expect(try await one.job(id) == before)
    },

    Guarantee("the same key with another input is refused and saves nothing") { bench in
      let store = try await bench.join()
      let id = try await store.accept(.order("a", key: "k"))
      let change = try await store.newestChange()
      #expect(try await store.submit(.order("b", key: "k"), queueLimit: 10, at: .at(1)) == .keyReused(id))
      #expect(try await store.newestChange() == change)
      #expect(try await store.job(id).input == [UInt8]("a".utf8))
    },

    Guarantee("a key belongs to one owner and one kind") { bench in
      let store = try await bench.join()
      let ids = [
        try await store.accept(.order("a", owner: "ann", key: "k")),
        try await store.accept(.order("a", owner: "bob", key: "k")),
        try await store.accept(NewJob(kind: .report, owner: "ann", input: [], idempotencyKey: "k")),
      ]
      #expect(Set(ids).count == 3)
    },

    Guarantee("of many twins at once, in several members, exactly one is accepted") { bench in
      let members = try await bench.join(4)
      for round in 0..<5 {
        let submissions = try await withThrowingTaskGroup(of: Submission.self) { group in
          for number in 0..<32 {
            let member = members[number % members.count]
            group.addTask { try await member.submit(.order("x", key: "k\(round)"), queueLimit: 1000, at: .at(1)) }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        let accepted = submissions.compactMap { if case .accepted(let id) = $0 { id } else { nil } }
        #expect(accepted.count == 1)
        #expect(submissions.filter { $0 == .replayed(accepted[0]) }.count == 31)
      }
    },

    Guarantee("the queue limit is exact, whatever the number of members and submitters") { bench in
      let members = try await bench.join(3)
      let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<60 {
          group.addTask {
            try await members[number % 3].submit(.order("x"), queueLimit: 25, at: .at(1)) != .queueFull
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(accepted == 25)
      #expect(try await members[0].health().queued == 25)
    },

    Guarantee("only waiting jobs fill the queue; a replay needs no room") { bench in
      let store = try await bench.join()
      let order = NewJob.order("a", key: "k")
      let first = try await store.accept(order)
      #expect(try await store.submit(.order("b"), queueLimit: 1, at: .at(1)) == .queueFull)
      #expect(try await store.submit(order, queueLimit: 1, at: .at(1)) == .replayed(first))
      let claim = try await store.claimOne()
      let second = try await store.submit(.order("b"), queueLimit: 1, at: .at(1))
      #expect(second == .accepted(JobID(rawValue: 2)))
      try await store.finish(claim.tenure, as: .release, at: .at(1))
      #expect(try await store.submit(.order("c"), queueLimit: 2, at: .at(1)) == .queueFull)
      _ = try await store.cancel(first, at: .at(1))
      #expect(try await store.submit(.order("c"), queueLimit: 2, at: .at(1)) == .accepted(JobID(rawValue: 3)))
    },
  ]
}
