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
      _ = try await one.renew([], as: MemberState(ignoring: 2, isDraining: true), at: .at(1))
      #expect(
        try await Set(two.health().members.map(\.state)) == [MemberState(ignoring: 2, isDraining: true), MemberState()])
      _ = try await one.claim(0, of: [], at: .at(1))
      #expect(try await two.health().members.contains { $0.state.isDraining })
      _ = try await one.renew([], at: .at(1))
      #expect(try await two.health().members.map(\.state) == [MemberState(), MemberState()])
    },
  ]
}
