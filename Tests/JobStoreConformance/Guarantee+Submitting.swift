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
      #expect(try await one.submit(job, limits: QueueLimits(jobs: 10), at: .at(1)) == .accepted(JobID(rawValue: 2)))
      #expect(try await two.submit(late, limits: QueueLimits(jobs: 10), at: .at(2)) == .preconditionFailed)
      #expect(try await two.submit(late, limits: QueueLimits(jobs: 2), at: .at(2)) == .queueFull)
      #expect(try await two.submit(job, limits: QueueLimits(jobs: 10), at: .at(2)) == .replayed(JobID(rawValue: 2)))
      #expect(try await one.counts().queued == 2)
      #expect(try await one.accept("c") == JobID(rawValue: 3))
    },

    Guarantee("a submitted job is started, has its input to the byte and no attempt yet") { bench in
      let store = try await bench.join()
      let input = [UInt8](0...255)
      let submission = try await store.submit(
        NewJob(kind: .order, owner: "ann", input: input), limits: QueueLimits(jobs: 10), at: .at(1234))
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
      #expect(try await two.submit(order, limits: QueueLimits(jobs: 10), at: .at(5000)) == .replayed(id))
      let claim = try await two.claimOne()
      try await two.finish(claim.tenure, as: .complete([1]), at: .at(6000))
      let before = try await one.job(id)
      #expect(try await one.submit(order, limits: QueueLimits(jobs: 10), at: .at(7000)) == .replayed(id))
      #expect(try await one.job(id) == before)
    },

    Guarantee("the same key with another input is refused and saves nothing") { bench in
      let store = try await bench.join()
      let id = try await store.accept(.order("a", key: "k"))
      let change = try await store.newestChange()
      #expect(
        try await store.submit(.order("b", key: "k"), limits: QueueLimits(jobs: 10), at: .at(1)) == .keyReused(id))
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
            group.addTask {
              try await member.submit(.order("x", key: "k\(round)"), limits: QueueLimits(jobs: 1000), at: .at(1))
            }
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
            try await members[number % 3].submit(.order("x"), limits: QueueLimits(jobs: 25), at: .at(1)) != .queueFull
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
      #expect(try await store.submit(.order("b"), limits: QueueLimits(jobs: 1), at: .at(1)) == .queueFull)
      #expect(try await store.submit(order, limits: QueueLimits(jobs: 1), at: .at(1)) == .replayed(first))
      let claim = try await store.claimOne()
      let second = try await store.submit(.order("b"), limits: QueueLimits(jobs: 1), at: .at(1))
      #expect(second == .accepted(JobID(rawValue: 2)))
      try await store.finish(claim.tenure, as: .release, at: .at(1))
      #expect(try await store.submit(.order("c"), limits: QueueLimits(jobs: 2), at: .at(1)) == .queueFull)
      _ = try await store.cancel(first, at: .at(1))
      #expect(
        try await store.submit(.order("c"), limits: QueueLimits(jobs: 2), at: .at(1)) == .accepted(JobID(rawValue: 3)))
    },

    Guarantee("bytes of inputs that wait have a limit as exact as that of jobs, and it counts long inputs too") {
      bench in
      let members = try await bench.join(3)
      let limits = QueueLimits(bytes: 50_000)
      let input = [UInt8](repeating: 7, count: 2000)
      let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<60 {
          group.addTask {
            try await members[number % 3].submit(NewJob(kind: .order, input: input), limits: limits, at: .at(1))
              != .queueFull
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(accepted == 25)
      #expect(try await members[0].submit(.order("1"), limits: limits, at: .at(1)) == .queueFull)
      #expect(try await members[0].submit(.order(""), limits: limits, at: .at(1)) == .accepted(JobID(rawValue: 26)))
    },

    Guarantee("a job that leaves the queue makes room for its bytes, and takes it again when it waits again") { bench in
      let store = try await bench.join()
      let limits = QueueLimits(bytes: 10)
      func submit(_ text: String) async throws -> Bool {
        try await store.submit(.order(text), limits: limits, at: .at(1)) != .queueFull
      }
      let first = try await store.accept("12345")
      #expect(try await submit("12345"))
      #expect(try await !submit("6"))
      let claim = try await store.claimOne()
      #expect(claim.tenure.id == first)
      #expect(try await submit("1234"))
      #expect(try await !submit("56"))
      try await store.finish(claim.tenure, as: .retry(after: .seconds(60)), at: .at(1))
      #expect(try await !submit(""))
      _ = try await store.cancel(JobID(rawValue: 2), at: .at(1))
      #expect(try await submit("1"))
      #expect(try await !submit("2"))
      // Running jobs take no room when they end.
      _ = try await store.cancel(first, at: .at(1))
      let last = try await store.claimOne()
      try await store.finish(last.tenure, as: .complete([]), at: .at(1))
      #expect(try await submit("123456789"))
    },

    Guarantee("where nothing waits there is room for any job") { bench in
      let store = try await bench.join()
      let submission = try await store.submit(
        .order("longer than all that may wait", client: "a"), limits: QueueLimits(jobs: 1, bytes: 5), at: .at(1))
      #expect(submission == .accepted(JobID(rawValue: 1)))
    },

    Guarantee("one client has at most half of the jobs that may wait; others, and those without a share, have the rest")
    {
      bench in
      let members = try await bench.join(2)
      let limits = QueueLimits(jobs: 10)
      func submit(_ client: String?, key: String? = nil) async throws -> Submission {
        let member = members.randomElement()!
        return try await member.submit(.order("x", key: key, client: client), limits: limits, at: .at(1))
      }
      for number in 1...5 {
        #expect(try await submit("a", key: "\(number)") == .accepted(JobID(rawValue: Int64(number))))
      }
      #expect(try await submit("a") == .overShare)
      #expect(try await submit("a", key: "3") == .replayed(JobID(rawValue: 3)))
      for number in 6...8 { #expect(try await submit("b") == .accepted(JobID(rawValue: Int64(number)))) }
      #expect(try await submit("a") == .overShare)
      #expect(try await submit(nil) == .accepted(JobID(rawValue: 9)))
      // One that waits no longer, whatever ended that, makes room in its client's share.
      let claim = try await members[0].claimOne()
      #expect(try await submit("a") == .accepted(JobID(rawValue: 10)))
      try await members[1].finish(claim.tenure, as: .release, at: .at(1))
      #expect(try await submit("b") == .queueFull)
      _ = try await members[0].cancel(JobID(rawValue: 2), at: .at(1))
      #expect(try await submit("a") == .overShare)
      #expect(try await submit("c") == .accepted(JobID(rawValue: 11)))
    },

    Guarantee(
      "one client has at most half of the bytes that may wait, but a job of any size where it has nothing there"
    ) {
      bench in
      let store = try await bench.join()
      let limits = QueueLimits(bytes: 20)
      func submit(_ text: String, _ client: String) async throws -> Submission {
        try await store.submit(.order(text, client: client), limits: limits, at: .at(1))
      }
      #expect(try await submit("12345", "a") == .accepted(JobID(rawValue: 1)))
      #expect(try await submit("123456", "a") == .overShare)
      #expect(try await submit("12345", "a") == .accepted(JobID(rawValue: 2)))
      #expect(try await submit("1", "a") == .overShare)
      // Less than what is left, though more than half would be another's.
      #expect(try await submit("1234567890", "b") == .accepted(JobID(rawValue: 3)))
    },

    Guarantee("the share is exact when many submit at once") { bench in
      let members = try await bench.join(3)
      let answers = try await withThrowingTaskGroup(of: Submission.self) { group in
        for number in 0..<60 {
          group.addTask {
            try await members[number % 3].submit(
              .order("x", client: "a"), limits: QueueLimits(jobs: 40), at: .at(1))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.count { $0 == .overShare } == 40)
    },

    Guarantee("each kind has a queue of its own: what waits of others takes none of its room, by number or by bytes") {
      bench in
      let members = try await bench.join(3)
      func submit(_ kind: JobKind, _ text: String, _ limits: QueueLimits) async throws -> Submission {
        let job = NewJob(kind: kind, input: [UInt8](text.utf8))
        return try await members.randomElement()!.submit(job, limits: limits, at: .at(1))
      }
      let few = QueueLimits(jobs: 3)
      for _ in 1...3 { #expect(try await submit(.order, "12345", few) != .queueFull) }
      #expect(try await submit(.order, "", few) == .queueFull)
      for _ in 1...3 { #expect(try await submit(.report, "123456789", few) != .queueFull) }
      #expect(try await submit(.report, "", few) == .queueFull)
      #expect(try await members[0].counts().queued == 6)
      // A job fits where none of its kind waits, whatever else does.
      #expect(try await submit(JobKind(rawValue: "other"), "long", QueueLimits(jobs: 1, bytes: 1)) != .queueFull)
      #expect(try await submit(.order, "12345", QueueLimits(bytes: 20)) != .queueFull)
      #expect(try await submit(.order, "1", QueueLimits(bytes: 20)) == .queueFull)
      #expect(try await submit(.report, "1", QueueLimits(bytes: 28)) != .queueFull)
      #expect(try await submit(.report, "1", QueueLimits(bytes: 28)) == .queueFull)
    },

    Guarantee("what leaves the queue of its kind, or comes back to it, changes the room of that kind alone") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let limits = QueueLimits(jobs: 2)
      func submit(_ kind: JobKind) async throws -> Submission {
        try await one.submit(NewJob(kind: kind, input: [1]), limits: limits, at: .at(1))
      }
      for kind: JobKind in [.order, .report] { for _ in 1...2 { _ = try await submit(kind) } }
      let claims = try await two.claim(9, of: [.order], at: .at(1))
      #expect(claims.count == 2)
      #expect(try await submit(.report) == .queueFull)
      #expect(try await submit(.order) == .accepted(JobID(rawValue: 5)))
      try await two.finish(claims[0].tenure, as: .retry(after: .seconds(60)), at: .at(2))
      #expect(try await submit(.order) == .queueFull)
      try await two.finish(claims[1].tenure, as: .release, at: .at(2))
      _ = try await two.cancel(JobID(rawValue: 5), at: .at(2))
      #expect(try await submit(.order) == .queueFull)
      _ = try await two.cancel(claims[0].tenure.id, at: .at(2))
      #expect(try await submit(.report) == .queueFull)
      #expect(try await submit(.order) == .accepted(JobID(rawValue: 6)))
      // A member's death gives its jobs back too.
      let dead = try await bench.join()
      #expect(try await dead.claim(2, of: [.report], at: .at(3)).count == 2)
      for _ in 1...2 { #expect(try await submit(.report) != .queueFull) }
      try await bench.kill(dead)
      #expect(try await one.reap(at: .at(4)).count == 2)
      #expect(try await submit(.order) == .queueFull)
      #expect(try await one.waitingCounts(except: []) == [.order: 2, .report: 4])
    },

    Guarantee("one client has half of the queue of each kind") { bench in
      let store = try await bench.join()
      func submit(_ kind: JobKind, _ client: String = "a") async throws -> Submission {
        let job = NewJob(kind: kind, input: [1], client: [UInt8](client.utf8))
        return try await store.submit(job, limits: QueueLimits(jobs: 4), at: .at(1))
      }
      for kind: JobKind in [.order, .report] {
        for _ in 1...2 {
          guard case .accepted = try await submit(kind) else { throw Unexpected("not accepted") }
        }
        #expect(try await submit(kind) == .overShare)
        guard case .accepted = try await submit(kind, "b") else { throw Unexpected("not accepted") }
      }
      _ = try await store.cancel(JobID(rawValue: 1), at: .at(1))
      #expect(try await submit(.report) == .overShare)
      #expect(try await submit(.order) == .accepted(JobID(rawValue: 7)))
    },

    Guarantee("the limits of two kinds are exact, whatever the number of members, and who submits and takes meanwhile")
    {
      bench in
      let members = try await bench.join(3)
      let limits: [JobKind: QueueLimits] = [.order: QueueLimits(jobs: 20), .report: QueueLimits(jobs: 7)]
      let accepted = try await withThrowingTaskGroup(of: JobKind?.self) { group in
        for number in 0..<120 {
          group.addTask {
            let kind: JobKind = number.isMultiple(of: 2) ? .order : .report
            let submission = try await members[number % 3].submit(
              NewJob(kind: kind, input: [1]), limits: limits[kind] ?? QueueLimits(), at: .at(1))
            return submission == .queueFull ? nil : kind
          }
        }
        return try await group.reduce(into: [JobKind: Int]()) { if let kind = $1 { $0[kind, default: 0] += 1 } }
      }
      #expect(accepted == [.order: 20, .report: 7])
      #expect(try await members[0].waitingCounts(except: []) == [.order: 20, .report: 7])
    },
  ]
}
