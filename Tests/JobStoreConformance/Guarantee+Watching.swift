import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let watching: [Guarantee] = [
    Guarantee("every member's bell rings after a change of any member") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for listener in [one, two] {
        let rings = listener.rings()
        let mark = try await listener.newestChange()
        _ = try await two.accept()
        var iterator = rings.makeAsyncIterator()
        repeat {
          guard await iterator.next() != nil else { throw Unexpected("the bell fell silent") }
        } while try await listener.newestChange() == mark
      }
    },

    Guarantee("a change is heard well before the safety ring") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      var iterator = two.rings().makeAsyncIterator()
      var quickest = Duration.seconds(10)
      for _ in 0..<10 {
        let mark = try await two.newestChange()
        _ = try await one.accept()
        let start = ContinuousClock.now
        repeat { _ = await iterator.next() } while try await two.newestChange() == mark
        quickest = min(quickest, ContinuousClock.now - start)
      }
      #expect(quickest < .milliseconds(100))
    },

    Guarantee("whoever works hears of siblings' changes while it writes, and of the jobs that it cancels itself") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      var iterator = two.workRings().makeAsyncIterator()
      var quickest = (sibling: Duration.seconds(10), own: Duration.seconds(10))
      for _ in 0..<10 {
        var start = ContinuousClock.now
        let theirs = try await one.accept()
        let ours = try await two.accept()
        _ = await iterator.next()
        quickest.sibling = min(quickest.sibling, ContinuousClock.now - start)
        _ = try await two.claim(2, of: [.order], at: .at(2000))
        start = ContinuousClock.now
        #expect(try await two.cancel(ours, at: .at(3000)) == .cancelled)
        _ = await iterator.next()
        quickest.own = min(quickest.own, ContinuousClock.now - start)
        #expect(try await two.cancel(theirs, at: .at(3000)) == .cancelled)
      }
      #expect(quickest.sibling < .milliseconds(100) && quickest.own < .milliseconds(100))
    },

    Guarantee("rings go on without any change, for hints that were lost") { bench in
      let store = try await bench.join()
      var iterator = store.rings().makeAsyncIterator()
      for _ in 0..<2 { #expect(await iterator.next() != nil) }
      #expect(try await store.newestChange() == 0)
    },

    Guarantee("health names the members that live, what they run and what waits") { bench in
      let (one, two, three) = (try await bench.join(), try await bench.join(), try await bench.join())
      for _ in 0..<5 { _ = try await one.accept() }
      _ = try await two.claim(2, of: [.order], at: .at(1))
      _ = try await three.claim(1, of: [.order], at: .at(1))
      var health = try await one.health()
      #expect(health.fault == nil && !health.engine.isEmpty)
      #expect(health.queued == 2)
      #expect(health.members.map(\.running).sorted() == [0, 1, 2])
      #expect(health.members.allSatisfy { $0.pid > 0 && $0.startedAt > .at(0) })
      try await bench.kill(three)
      health = try await one.health()
      #expect(health.members.map(\.running).sorted() == [0, 2])
    },

    Guarantee("what a member tells of itself is known to all") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let troubles = [
        WorkTrouble(code: "process-not-ended", kind: .order, job: JobID(rawValue: 7), detail: "Why:\tthat\nis so."),
        WorkTrouble(code: "sandbox-failed", kind: .report, job: JobID(rawValue: 8), detail: ""),
      ]
      let programs = ProgramConfinement(
        user: "nobody", sandbox: "bubblewrap", withoutSandbox: [.order, .report],
        limits: .watching(missing: "It's so."))
      let state = MemberState(ignoring: 2, isDraining: true, troubles: troubles, programs: programs)
      _ = try await one.renew([], as: state, at: .at(1))
      var known = state
      known.troubles[0].detail = "Why: that is so."
      #expect(try await Set(two.health().members.map(\.state)) == [known, MemberState()])
      _ = try await one.claim(0, of: [], at: .at(1))
      #expect(try await two.health().members.contains { $0.state.isDraining })
      known = MemberState(programs: ProgramConfinement(user: "7", sandbox: nil, limits: .cgroups))
      _ = try await one.renew([], as: known, at: .at(1))
      #expect(try await Set(two.health().members.map(\.state)) == [known, MemberState()])
      _ = try await one.renew([], at: .at(1))
      #expect(try await two.health().members.map(\.state) == [MemberState(), MemberState()])
    },

    Guarantee("news are a user's jobs of a kind as they stand, each once, in order of their last change") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let ids = [try await one.accept("a"), try await two.accept("b"), try await one.accept("c")]
      _ = try await one.accept(.order("hers", owner: "ann"))
      _ = try await one.accept(NewJob(kind: .report, input: []))
      _ = try await two.cancel(ids[0], at: .at(5))
      let news = try await two.news(after: 0, of: .orders(), limit: 100)
      let jobs = news.items.map { item -> Job? in
        guard case .job(let job) = item else { return nil }
        return job
      }
      #expect(jobs.map { $0?.id } == [ids[1], ids[2], ids[0]])
      #expect(jobs.last??.status == .cancelled)
      #expect(jobs.allSatisfy { $0?.input == [] })
      #expect(news.items.map(\.change) == news.items.map(\.change).sorted())
      #expect(try await news.through == one.newestChange() && !news.isCut)
      #expect(try await one.news(after: news.through, of: .orders(), limit: 100).items.isEmpty)
      #expect(try await one.news(after: 0, of: .orders(of: "ann"), limit: 100).items.count == 1)
      #expect(try await one.news(after: 0, of: nil, limit: 100).items.count == 5)
    },

    Guarantee("news look at so many changes and no more, and go on behind them") { bench in
      let store = try await bench.join()
      var ids: [JobID] = []
      for number in 0..<10 {
        ids.append(try await store.accept(.order("\(number)", owner: number % 3 == 0 ? "" : "ann")))
      }
      var (found, looks): ([Int64], Int) = ([], 0)
      var news = JobNews(items: [], through: 0, isCut: true)
      while news.isCut {
        news = try await store.news(after: news.through, of: .orders(), limit: 2)
        found += news.items.map(\.change)
        looks += 1
      }
      #expect(found.count == 4 && looks == 6)
      #expect(try await news.through == store.newestChange())
    },

    Guarantee("news tell of expired jobs too") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      _ = try await store.cancel(id, at: .at(10))
      let mark = try await store.newestChange()
      try await store.expire(.order, endedBefore: .at(11), limit: 10, at: .at(12))
      let news = try await store.news(after: mark, of: .orders(), limit: 10)
      guard case .expired(let stone)? = news.items.first else { throw Unexpected("\(news)") }
      #expect(news.items.count == 1 && stone.id == id && stone.change == news.through && stone.expiredAt == .at(12))
    },

    Guarantee("a job can be read without its input, however large that is") { bench in
      let store = try await bench.join()
      for length in [10, 100_000] {
        let id = try await store.accept(String(repeating: "x", count: length))
        var job = try await store.job(id)
        #expect(job.input.count == length)
        job.input = []
        #expect(try await store.read(id, withInput: false) == job)
      }
    },
  ]
}
