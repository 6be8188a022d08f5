import Jobs
import Testing

extension Guarantee {
  static let logging: [Guarantee] = [
    Guarantee("a log that comes with a report, an end or a returned work is read by every member, the newest one") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept()
      let tenure = try await one.claimOne().tenure
      #expect(try await two.log(of: id) == nil)
      #expect(try await one.renew([JobReport(tenure: tenure, log: [1])], at: .at(3)).isEmpty)
      #expect(try await two.log(of: id) == [1])
      _ = try await one.renew([JobReport(tenure: tenure)], at: .at(4))
      #expect(try await two.log(of: id) == [1])
      let long = [UInt8](repeating: 7, count: 100_000)
      try await one.finish([JobEnd(tenure: tenure, outcome: .retry(after: .zero), log: long)], at: .at(5))
      #expect(try await two.log(of: id) == long)
      try await one.free([ReturnedWork(tenure: tenure, log: [])])
      #expect(try await two.log(of: id) == [])
    },

    Guarantee("a log is no visible change of its job") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let tenure = try await store.claimOne().tenure
      let before = try await store.job(id)
      _ = try await store.renew([JobReport(tenure: tenure, log: [1])], at: .at(3))
      try await store.free([ReturnedWork(tenure: tenure, log: [2])])
      #expect(try await store.job(id) == before)
      #expect(try await store.newestChange() == before.change)
    },

    Guarantee("a late log of an earlier attempt replaces none of a later one") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let first = try await store.claimOne().tenure
      try await store.finish([JobEnd(tenure: first, outcome: .retry(after: .zero), hasReturned: false)], at: .at(3))
      let second = try await store.claimOne(at: .at(4)).tenure
      // The later attempt has kept none yet.
      try await store.free([ReturnedWork(tenure: first, log: [1])])
      #expect(try await store.log(of: id) == [1])
      #expect(try await store.renew([JobReport(tenure: second, log: [2])], at: .at(5)).isEmpty)
      try await store.free([ReturnedWork(tenure: first, log: [3])])
      _ = try await store.renew([JobReport(tenure: first, log: [4])], at: .at(6))
      try await store.finish([JobEnd(tenure: first, outcome: .release, log: [5])], at: .at(7))
      #expect(try await store.log(of: id) == [2])
    },

    Guarantee("the log of a cancelled attempt is stored though its epoch is over, and stays, as that of a failed one") {
      bench in
      let store = try await bench.join()
      _ = try await store.accept()
      _ = try await store.accept()
      let (cancelled, failed) = (try await store.claimOne().tenure, try await store.claimOne().tenure)
      _ = try await store.cancel(cancelled.id, at: .at(3))
      #expect(try await store.renew([JobReport(tenure: cancelled, log: [1])], at: .at(4)) == [cancelled])
      #expect(try await store.log(of: cancelled.id) == [1])
      try await store.free([ReturnedWork(tenure: cancelled, log: [1, 2])])
      #expect(try await store.log(of: cancelled.id) == [1, 2])
      try await store.finish([JobEnd(tenure: failed, outcome: .fail(.workFailed), log: [3])], at: .at(4))
      #expect(try await store.log(of: failed.id) == [3])
      _ = try await store.finish([JobEnd(tenure: cancelled, outcome: .complete([]), log: [1, 2, 3])], at: .at(5))
      #expect(try await store.log(of: cancelled.id) == [1, 2, 3])
    },

    Guarantee("a log expires with its job, and none comes after it") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let tenure = try await store.claimOne().tenure
      try await store.finish([JobEnd(tenure: tenure, outcome: .complete([9]), log: [1])], at: .at(3))
      #expect(try await store.expire(.order, endedBefore: .at(4), limit: 9, at: .at(5)) == [id])
      #expect(try await store.log(of: id) == nil)
      let unknown = Tenure(id: JobID(rawValue: 99), epoch: 1)
      try await store.free([ReturnedWork(tenure: tenure, log: [2]), ReturnedWork(tenure: unknown, log: [3])])
      #expect(try await store.log(of: id) == nil)
      #expect(try await store.log(of: unknown.id) == nil)
    },
  ]
}
