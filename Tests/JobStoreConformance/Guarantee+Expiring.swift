import Jobs
import Testing

extension Guarantee {
  static let expiring: [Guarantee] = [
    Guarantee("what expires is gone from every read at once, and leaves a tombstone with a change of its own") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept(.order(String(repeating: "long", count: 1000), owner: "ann", key: "k"))
      let kept = try await one.accept(.order("b", owner: "ann"))
      try await one.finish(one.claimOne().tenure, as: .complete([7]), at: .at(5000))
      let before = try await one.newestChange()
      #expect(try await two.tombstone(of: id) == nil)
      #expect(try await one.expire(.order, endedBefore: .at(5001), limit: 10, at: .at(9000)) == [id])
      #expect(try await two.read(id) == nil)
      #expect(try await two.result(of: id) == nil)
      #expect(try await two.list(JobQuery(kind: .order, owner: "ann", limit: 9)).map(\.id) == [kept])
      #expect(try await two.list(JobQuery(kind: .order, owner: "ann", ids: [id, kept], limit: 9)).map(\.id) == [kept])
      #expect(try await two.cancel(id, at: .at(1)) == .unknown)
      let stone = Tombstone(id: id, kind: .order, owner: "ann", change: before + 1, expiredAt: .at(9000))
      #expect(try await two.tombstone(of: id) == stone)
      #expect(try await two.news(after: before, of: nil, limit: 9).items == [.expired(stone)])
      #expect(try await two.counts().ended == 1)
    },

    Guarantee("changes of jobs and tombstones come in one order") { bench in
      let one = try await bench.join()
      for _ in 0..<3 { _ = try await one.accept() }
      try await one.finish(one.claimOne().tenure, as: .complete([]), at: .at(1))
      _ = try await one.expire(.order, endedBefore: .at(2), limit: 1, at: .at(3))
      _ = try await one.cancel(JobID(rawValue: 2), at: .at(4))
      let changes = try await one.news(after: 0, of: nil, limit: 9).items
      #expect(changes.map(\.id.rawValue) == [3, 1, 2])
      #expect(changes.map(\.status) == [.started, nil, .cancelled])
      #expect(try await one.news(after: 0, of: nil, limit: 2).items.map(\.id.rawValue) == [3, 1])
    },

    Guarantee("only what has ended expires, oldest end first, and no more at once than was asked for") { bench in
      let one = try await bench.join()
      for _ in 0..<5 { _ = try await one.accept() }
      let claims = try await one.claim(4, of: [.order], at: .at(1)).map(\.tenure)
      try await one.finish(claims[2], as: .complete([]), at: .at(10))
      try await one.finish(claims[0], as: .fail(JobFailure(code: "c", detail: "d")), at: .at(20))
      _ = try await one.cancel(claims[1].id, at: .at(30))
      #expect(try await one.expire(.order, endedBefore: .at(10), limit: 9, at: .at(99)).isEmpty)
      #expect(try await one.expire(.order, endedBefore: .at(99), limit: 2, at: .at(99)).map(\.rawValue) == [3, 1])
      #expect(try await one.expire(.order, endedBefore: .at(99), limit: 2, at: .at(99)).map(\.rawValue) == [2])
      #expect(try await one.expire(.order, endedBefore: .at(99), limit: 2, at: .at(99)).isEmpty)
      #expect(try await one.job(JobID(rawValue: 4)).status == .running)
      #expect(try await one.job(JobID(rawValue: 5)).status == .started)
    },

    Guarantee("an idempotency key goes with its job, and the id is never given again") { bench in
      let one = try await bench.join()
      let id = try await one.accept(.order("a", key: "k"))
      _ = try await one.cancel(id, at: .at(1))
      _ = try await one.expire(.order, endedBefore: .at(2), limit: 9, at: .at(3))
      #expect(
        try await one.submit(.order("b", key: "k"), limits: QueueLimits(jobs: 9), at: .at(4))
          == .accepted(JobID(rawValue: 2)))
    },

    Guarantee(
      "nothing expires by itself until the clock has run evenly for long enough, whichever members looked at it"
    ) {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      _ = try await one.cancel(one.accept(), at: .at(1000))
      func verdict(_ store: any JobStore, _ uptime: Int64, error: Int64 = 0, boot: String = "a") async throws
        -> ExpiryVerdict
      {
        try await store.mayExpire(
          .order, endedBefore: .at(5000), by: ExpiryRule(), at: .at(uptime: uptime, error: error, boot: boot))
      }
      let hour: Int64 = 3_600_000
      #expect(try await verdict(one, 1000) == .waitsForClock)
      #expect(try await verdict(two, hour) == .waitsForClock)
      #expect(try await verdict(two, hour + 1000) == .allowed)
      // A member that comes later doesn't begin the hour anew; a clock that was set does, and another start too.
      let three = try await bench.join()
      #expect(try await verdict(three, hour + 2000) == .allowed)
      #expect(try await verdict(three, hour + 3000, error: 120_000) == .waitsForClock)
      #expect(try await verdict(one, 2 * hour, error: 120_000) == .waitsForClock)
      #expect(try await verdict(one, 2 * hour + 3000, error: 120_000) == .allowed)
      #expect(try await verdict(one, 5000, boot: "b") == .waitsForClock)
      #expect(try await one.read(JobID(rawValue: 1)) != nil)
    },

    Guarantee("more than is allowed at once waits for an operator, which every member knows, until it is no longer so")
    {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let rule = ExpiryRule(clockTrust: .zero, mostAtOnce: .seconds(10))
      func verdict(before end: Int64, error: Int64 = 0) async throws -> ExpiryVerdict {
        try await one.mayExpire(.order, endedBefore: .at(end), by: rule, at: .at(uptime: 1, error: error))
      }
      #expect(try await verdict(before: 99_000_000) == .nothingDue)
      let id = try await one.accept()
      _ = try await one.cancel(id, at: .at(1000))
      #expect(try await verdict(before: 1000) == .nothingDue)
      #expect(try await verdict(before: 11_000) == .allowed)
      #expect(try await two.health().heldExpiries == [:])
      #expect(try await verdict(before: 11_001) == .waitsForOperator(.at(1000)))
      #expect(try await two.health().heldExpiries == [.order: .at(11_001)])
      #expect(try await verdict(before: 11_000) == .allowed)
      #expect(try await two.health().heldExpiries == [:])
      _ = try await verdict(before: 11_001)
      #expect(try await one.expire(.order, endedBefore: .at(11_001), limit: 9, at: .at(99)) == [id])
      #expect(try await verdict(before: 99_000_000) == .nothingDue)
      #expect(try await two.health().heldExpiries == [:])
    },

    Guarantee("only jobs of the kind that was asked for expire, whatever else has ended, and how long ago") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for number: Int64 in 1...6 {
        let kind: JobKind = number.isMultiple(of: 2) ? .order : .report
        let id = try await one.accept(NewJob(kind: kind, input: []))
        _ = try await one.cancel(id, at: .at(number))
      }
      let expired = try await two.expire(.report, endedBefore: .at(4), limit: 9, at: .at(9))
      #expect(expired.map(\.rawValue) == [1, 3])
      #expect(try await two.expire(JobKind(rawValue: "other"), endedBefore: .at(99), limit: 9, at: .at(9)).isEmpty)
      let orders = try await one.expire(.order, endedBefore: .at(99), limit: 9, at: .at(9))
      #expect(orders.map(\.rawValue) == [2, 4, 6])
      #expect(try await one.list(JobQuery(kind: .report, limit: 9)).map(\.id.rawValue) == [5])
      let stones = try await two.news(after: 0, of: JobScope(kind: .report, owner: ""), limit: 99).items
      #expect(stones.map(\.id.rawValue) == [5, 1, 3])
    },

    Guarantee("each kind waits for an operator by itself, while jobs of other kinds expire") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let rule = ExpiryRule(clockTrust: .zero, mostAtOnce: .seconds(10))
      func verdict(_ kind: JobKind, before end: Int64) async throws -> ExpiryVerdict {
        try await one.mayExpire(kind, endedBefore: .at(end), by: rule, at: .at(uptime: 1))
      }
      _ = try await one.cancel(one.accept(), at: .at(1000))
      #expect(try await verdict(.order, before: 20_000) == .waitsForOperator(.at(1000)))
      #expect(try await verdict(.report, before: 20_000) == .nothingDue)
      _ = try await one.cancel(one.accept(NewJob(kind: .report, input: [])), at: .at(15_000))
      #expect(try await verdict(.report, before: 20_000) == .allowed)
      #expect(try await two.health().heldExpiries == [.order: .at(20_000)])
      #expect(try await verdict(.report, before: 30_000) == .waitsForOperator(.at(15_000)))
      #expect(try await two.health().heldExpiries == [.order: .at(20_000), .report: .at(30_000)])
      #expect(try await verdict(.order, before: 11_000) == .allowed)
      #expect(try await two.health().heldExpiries == [.report: .at(30_000)])
    },

    Guarantee("that the clock has run evenly is known of it for all kinds") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let hour: Int64 = 3_600_000
      for kind: JobKind in [.order, .report] {
        _ = try await one.cancel(one.accept(NewJob(kind: kind, input: [])), at: .at(1000))
      }
      func verdict(_ kind: JobKind, _ uptime: Int64) async throws -> ExpiryVerdict {
        try await two.mayExpire(kind, endedBefore: .at(5000), by: ExpiryRule(), at: .at(uptime: uptime))
      }
      #expect(try await verdict(.order, 1000) == .waitsForClock)
      #expect(try await verdict(.report, hour) == .waitsForClock)
      #expect(try await verdict(.report, hour + 1000) == .allowed)
    },
  ]
}
