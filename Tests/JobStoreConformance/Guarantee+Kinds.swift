import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let kinds: [Guarantee] = [
    Guarantee("every member knows what any has declared, and also after that one has ended") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      #expect(try await two.declaredKinds() == [])
      let (order, report) = (DeclaredKind.order("1"), DeclaredKind(name: .report, path: "reports", digest: "x"))
      try await one.declare([report, order], at: .at(1))
      #expect(try await two.declaredKinds() == [order, report])
      try await bench.kill(one)
      #expect(try await two.declaredKinds() == [order, report])
    },

    Guarantee("a kind that is declared anew is as it was declared last; one that isn't stays") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let report = DeclaredKind(name: .report, path: "reports", digest: "x")
      try await one.declare([.order("1"), report], at: .at(1))
      try await two.declare([.order("2", path: "purchases")], at: .at(2))
      #expect(try await one.declaredKinds() == [.order("2", path: "purchases"), report])
      try await one.declare([], at: .at(3))
      #expect(try await two.declaredKinds() == [.order("2", path: "purchases"), report])
    },

    Guarantee("what is declared already is no change, and gives no change number ever") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let before = try await one.newestChange()
      for member in [one, two, one] { try await member.declare([.order("1")], at: .at(1)) }
      #expect(try await one.declaredKinds() == [.order("1")])
      #expect(try await two.newestChange() == before)
    },

    Guarantee("a path belongs to the kind that was declared with it last, and two kinds may change places") { bench in
      let store = try await bench.join()
      let other = JobKind(rawValue: "other")
      try await store.declare([.order("1"), DeclaredKind(name: other, path: "others", digest: "1")], at: .at(1))
      try await store.declare([DeclaredKind(name: .report, path: "orders", digest: "1")], at: .at(2))
      #expect(try await store.declaredKinds().map(\.name) == [other, .report])
      try await store.declare(
        [
          DeclaredKind(name: .report, path: "others", digest: "1"),
          DeclaredKind(name: other, path: "orders", digest: "1"),
        ], at: .at(3))
      #expect(try await store.declaredKinds().map(\.path) == ["orders", "others"])
      #expect(try await store.declaredKinds().map(\.name) == [other, .report])
    },

    Guarantee("many members that declare at once agree in the end") { bench in
      let members = try await bench.join(4)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, member) in members.enumerated() {
          group.addTask {
            for round in 0..<10 { try await member.declare([.order("\((number + round) % 3)")], at: .at(1)) }
          }
        }
        try await group.waitForAll()
      }
      let known = try await members[0].declaredKinds()
      #expect(known.count == 1)
      for member in members { #expect(try await member.declaredKinds() == known) }
    },

    Guarantee("jobs that wait of kinds that a process doesn't know are counted by kind; running and ended ones are not")
    {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      #expect(try await one.waitingCounts(except: []) == [:])
      for kind: JobKind in [.order, .report, .report, .report] {
        _ = try await one.accept(NewJob(kind: kind, input: [1]))
      }
      #expect(try await two.waitingCounts(except: [.order]) == [.report: 3])
      let claims = try await one.claim(2, of: [.report], at: .at(1)).map(\.tenure)
      try await one.finish(claims[0], as: .complete([]), at: .at(2))
      #expect(try await two.waitingCounts(except: [.order]) == [.report: 1])
      try await one.finish(claims[1], as: .retry(after: .seconds(60)), at: .at(2))
      #expect(try await two.waitingCounts(except: [.order]) == [.report: 2])
      #expect(try await two.waitingCounts(except: [.order, .report]) == [:])
    },

    Guarantee("a dropped kind is declared no longer, and its waiting jobs are cancelled, whatever they wait for") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      try await one.declare(
        [.order("1"), DeclaredKind(name: .report, path: "reports", digest: "1")], at: .at(1))
      func submit(_ kind: JobKind) async throws -> JobID { try await one.accept(NewJob(kind: kind, input: [1])) }
      let (order, waiting, delayed) = (try await submit(.order), try await submit(.report), try await submit(.report))
      let running = try await submit(.report)
      for claim in try await one.claim(3, of: [.report], at: .at(2)) where claim.tenure.id != running {
        let pause = claim.tenure.id == delayed ? JobOutcome.retry(after: .seconds(60)) : .release
        try await one.finish(claim.tenure, as: pause, at: .at(3))
      }
      let before = try await one.newestChange()
      #expect(try await two.dropKind(.report, at: .at(4)) == 2)
      #expect(try await one.declaredKinds() == [.order("1")])
      let statuses = try await one.list(JobQuery(kind: .report, limit: 9)).map(\.status)
      #expect(statuses == [.cancelled, .cancelled, .running])
      for id in [waiting, delayed] { #expect(try await one.job(id).finishedAt == .at(4)) }
      #expect(try await one.job(order).status == .started)
      #expect(try await two.news(after: before, of: nil, limit: 9).items.map(\.status) == [.cancelled, .cancelled])
      let counts = try await two.counts()
      #expect((counts.newestChange, counts.queued, counts.ended) == (before + 2, 1, 2))
      #expect(try await two.waitingCounts(except: []) == [.order: 1])
      // What ran goes on; where it is given back it waits, until the kind is dropped again.
      let tenure = try await one.tenures()
      try await one.finish(tenure[0], as: .release, at: .at(5))
      #expect(try await two.waitingCounts(except: [.order]) == [.report: 1])
      #expect(try await two.dropKind(.report, at: .at(6)) == 1)
      #expect(try await two.dropKind(.report, at: .at(7)) == 0)
      #expect(try await two.dropKind(JobKind(rawValue: "unknown"), at: .at(7)) == 0)
    },

    Guarantee("a job that would run alone is dropped with its kind") { bench in
      let survivor = try await bench.join()
      let id = try await survivor.accept()
      for _ in 1...2 {
        let victim = try await bench.join()
        _ = try await victim.claim(1, of: [.order], at: .at(1))
        try await bench.kill(victim)
        try await survivor.reap(at: .at(2))
      }
      #expect(try await survivor.job(id).status == .started)
      #expect(try await survivor.dropKind(.order, at: .at(3)) == 1)
      #expect(try await survivor.job(id).status == .cancelled)
      #expect(try await survivor.counts().queued == 0)
    },

    Guarantee("many jobs are dropped, none twice, while others come and go") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<1200 { group.addTask { _ = try await one.accept(NewJob(kind: .report, input: [1])) } }
        try await group.waitForAll()
      }
      async let orders: Void = {
        for _ in 0..<50 { _ = try await one.cancel(one.accept(), at: .at(1)) }
      }()
      async let reports: Int = {
        var cancelled = 0
        for id: Int64 in 1...50 where try await one.cancel(JobID(rawValue: id * 24), at: .at(1)) == .cancelled {
          cancelled += 1
        }
        return cancelled
      }()
      let dropped = try await two.dropKind(.report, at: .at(2))
      try await orders
      #expect(try await reports == 50)
      #expect((1150...1200).contains(dropped))
      let counts = try await one.counts()
      #expect((counts.queued, counts.ended) == (0, 1250))
      #expect(try await one.waitingCounts(except: []) == [:])
    },

    Guarantee("who asked for it is told of the end of a job that is dropped with its kind") { bench in
      let store = try await bench.join()
      guard let outbox = store as? any JobStore & CallbackOutbox else { return }
      let id = try await store.accept(.order("a", callback: "https://a.example/"))
      #expect(try await store.dropKind(.order, at: .at(2)) == 1)
      let owed = try await outbox.claimCallbacks(9, lease: .seconds(60))
      #expect(owed.map(\.job.id) == [id])
      #expect(owed.map(\.job.status) == [.cancelled])
    },
  ]
}

extension DeclaredKind {
  fileprivate static func order(_ digest: String, path: String = "orders") -> DeclaredKind {
    DeclaredKind(name: .order, path: path, digest: digest)
  }
}
