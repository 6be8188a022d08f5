import Jobs
import Testing

extension Guarantee {
  static let removing: [Guarantee] = [
    Guarantee("what is removed is gone from every read at once, and leaves a tombstone with a change of its own") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept(
        .order(String(repeating: "long", count: 1000), owner: "ann", key: "k", files: [.named("in.1")]))
      var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([7]))
      end.log = [1]
      end.files = [.named("out.1")]
      _ = try await one.finish([end], at: .at(5000))
      let before = try await one.newestChange()
      #expect(try await two.remove(id, if: .none, at: .at(6000)) == .removed)
      #expect(try await one.read(id) == nil)
      #expect(try await one.result(of: id) == nil)
      #expect(try await one.log(of: id) == nil)
      #expect(try await one.files(of: id) == [])
      #expect(try await one.inputFiles(of: id) == [])
      #expect(try await one.list(JobQuery(kind: .order, owner: "ann", limit: 9)) == [])
      let stone = Tombstone(id: id, kind: .order, owner: "ann", change: before + 1, expiredAt: .at(6000))
      #expect(try await one.tombstone(of: id) == stone)
      #expect(try await one.news(after: before, of: nil, limit: 9).items == [.expired(stone)])
      #expect(try await one.counts().ended == 1)
      #expect(try await one.remove(id, if: .none, at: .at(7000)) == .unknown)
      // The key is free again.
      #expect(try await one.accept(.order("b", owner: "ann", key: "k")).rawValue > id.rawValue)
    },

    Guarantee("only a final job is removed, whatever its end: another stays as it is, and its condition is not asked") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for outcome in [.complete([]), .fail(.workFailed)] as [JobOutcome] {
        let id = try await one.accept(.order("a", files: [.named("in.\(outcome)")]))
        let started = try await two.job(id)
        #expect(try await two.remove(id, if: .none, at: .at(1)) == .notFinal(started.withoutInput))
        let tenure = try await one.claimOne().tenure
        let running = try await two.job(id)
        #expect(try await two.remove(id, if: .none, at: .at(1)) == .notFinal(running.withoutInput))
        #expect(try await two.job(id) == running)
        #expect(try await one.finish(tenure, as: outcome, at: .at(3000)))
        #expect(try await two.remove(id, if: .none, at: .at(4000)) == .removed)
      }
      let cancelled = try await one.accept()
      _ = try await one.cancel(cancelled, at: .at(1))
      #expect(try await two.remove(cancelled, if: .none, at: .at(2)) == .removed)
      #expect(try await two.remove(JobID(rawValue: 99), if: .none, at: .at(2)) == .unknown)
    },

    Guarantee("a job whose last change is not the condition's stays") { bench in
      let one = try await bench.join()
      let id = try await one.accept(.order("a", files: [.named("in.1")]))
      let early = try await one.job(id).change
      _ = try await one.cancel(id, at: .at(1))
      let last = try await one.job(id)
      for condition in [
        ChangeCondition(among: [early]), ChangeCondition(among: []), ChangeCondition(except: [last.change]),
      ] {
        #expect(try await one.remove(id, if: condition, at: .at(2)) == .preconditionFailed)
      }
      #expect(try await one.job(id) == last)
      #expect(try await one.inputFiles(of: id).count == 1)
      #expect(try await one.remove(id, if: ChangeCondition(among: [last.change]), at: .at(2)) == .removed)
    },

    Guarantee("all files of a removed job, and of an expired one, are named as expired until they are forgotten") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for number in 1...2 {
        let id = try await one.accept(.order("a", files: [.named("in.\(number)")]))
        var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([]))
        end.files = [.named("out.\(number)")]
        _ = try await one.finish([end], at: .at(Int64(number) * 1000))
        #expect(try await two.expiredFiles(limit: 9) == [])
        if number == 1 {
          #expect(try await two.expire(.order, endedBefore: .at(1001), limit: 9, at: .at(9000)) == [id])
        } else {
          #expect(try await two.remove(id, if: .none, at: .at(9000)) == .removed)
        }
        let expired = ["in.\(number)", "out.\(number)"]
        #expect(try await one.expiredFiles(limit: 9).sorted() == expired)
        try await one.forgetFiles(expired)
      }
      #expect(try await one.expiredFiles(limit: 9) == [])
    },

    Guarantee("of a removed job's end nobody is told any more") { bench in
      guard let one = try await bench.join() as? any JobStore & CallbackOutbox else { return }
      let ids = [
        try await one.accept(.order("a", callback: "https://a.example/")),
        try await one.accept(.order("b", callback: "https://b.example/")),
        try await one.accept(.order("c", callback: "https://c.example/")),
      ]
      for id in ids { _ = try await one.cancel(id, at: .at(1)) }
      // One is being told at that moment.
      let sent = try #require(try await one.claimCallbacks(1, lease: .seconds(60)).first)
      #expect(sent.job.id == ids[0])
      for id in ids.prefix(2) { #expect(try await one.remove(id, if: .none, at: .at(2)) == .removed) }
      #expect(try await one.unsettledCallbacks() == 1)
      #expect(try await one.claimCallbacks(9, lease: .seconds(60)).map(\.job.id) == [ids[2]])
      #expect(try await one.settle(sent, as: .settled) == false)
    },

    Guarantee("of many that remove a job at once exactly one does") { bench in
      let members = try await bench.join(4)
      let id = try await members[0].accept()
      _ = try await members[0].cancel(id, at: .at(1))
      let outcomes = try await withThrowingTaskGroup(of: RemoveOutcome.self) { group in
        for member in members { group.addTask { try await member.remove(id, if: .none, at: .at(2)) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count { $0 == .removed } == 1)
      #expect(outcomes.count { $0 == .unknown } == 3)
    },
  ]
}

extension InputFile {
  fileprivate static func named(_ stored: String) -> InputFile {
    InputFile(number: 0, title: nil, file: .named(stored))
  }
}

extension JobFile {
  fileprivate static func named(_ stored: String) -> JobFile {
    JobFile(name: "a", type: "text/csv", size: 8, digest: "5e", stored: stored)
  }
}

extension Job {
  fileprivate var withoutInput: Job {
    var job = self
    job.input = []
    return job
  }
}
