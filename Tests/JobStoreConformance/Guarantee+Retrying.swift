import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let retrying: [Guarantee] = [
    Guarantee("a job to be tried again waits, with one attempt less, and is claimed when its pause is over") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept()
      let first = try await one.claimOne().tenure
      let start = ContinuousClock.now
      #expect(try await one.finish(first, as: .retry(after: .milliseconds(150)), at: .at(3000)))
      let job = try await two.job(id)
      #expect((job.status, job.attempt, job.updatedAt, job.finishedAt) == (.started, 1, .at(3000), nil))
      #expect(job.epoch > first.epoch)
      #expect(try await two.counts().queued == 1)
      try await eventually("it is due") { try await two.hasWaiting(of: [.order]) }
      // Whole milliseconds, the first of which may be nearly over.
      #expect(ContinuousClock.now - start > .milliseconds(149))
      let again = try await two.claimOne()
      #expect((again.tenure.id, again.attempt) == (id, 2))
      #expect(try await !one.finish(first, as: .complete([]), at: .at(1)))
      #expect(try await two.counts().queued == 0)
    },

    Guarantee("a job whose pause is not over is nobody's, however much room there is") { bench in
      let one = try await bench.join()
      let id = try await one.accept()
      try await one.finish(one.claimOne().tenure, as: .retry(after: .seconds(3600)), at: .at(3000))
      let other = try await one.accept()
      #expect(try await one.claim(9, of: [.order], at: .at(1)).map(\.tenure.id) == [other])
      #expect(try await !one.hasWaiting(of: [.order]))
      #expect(try await bench.join().claim(9, of: [.order], at: .at(1)).isEmpty)
      #expect(try await one.cancel(id, at: .at(1)) == .cancelled)
      #expect(try await one.counts().queued == 0)
    },

    Guarantee("a job that is put off waits for its pause without charge, and a claim tells how often that was so") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept()
      for number in 0..<3 {
        let claim = try await one.claimOne()
        #expect((claim.attempt, claim.uncharged) == (1, number))
        #expect(try await one.finish(claim.tenure, as: .postpone(for: .milliseconds(20)), at: .at(3000)))
        let job = try await two.job(id)
        #expect((job.status, job.attempt, job.epoch) == (.started, 0, claim.tenure.epoch + 1))
        try await eventually("it is due") { try await two.hasWaiting(of: [.order]) }
      }
      try await one.finish(one.claimOne().tenure, as: .retry(after: .zero), at: .at(3001))
      try await one.finish(two.claimOne().tenure, as: .postpone(for: .seconds(3600)), at: .at(3002))
      #expect(try await !two.hasWaiting(of: [.order]))
      let next = try await two.accept()
      let claim = try await two.claimOne()
      #expect((claim.tenure.id, claim.uncharged) == (next, 0))
    },

    Guarantee("percent never falls from one attempt to the next") { bench in
      let one = try await bench.join()
      let id = try await one.accept()
      let first = try await one.claimOne().tenure
      _ = try await one.renew([JobReport(tenure: first, progress: .units(4, of: 5, step: "a"))], at: .at(1))
      try await one.finish(first, as: .retry(after: .zero), at: .at(2))
      let second = try await one.claimOne().tenure
      _ = try await one.renew([JobReport(tenure: second, progress: .units(1, of: 5, step: "a"))], at: .at(3))
      #expect(try await one.job(id).progress == JobProgress(percent: 80, step: "a", completed: 1, total: 5))
    },

    Guarantee("the numbers of what waits and what has ended are kept through every kind of end") { bench in
      let one = try await bench.join()
      for _ in 0..<5 { _ = try await one.accept() }
      let claims = try await one.claim(4, of: [.order], at: .at(1)).map(\.tenure)
      try await one.finish(claims[0], as: .complete([]), at: .at(1))
      try await one.finish(claims[1], as: .fail(JobFailure(code: "c", detail: "d")), at: .at(1))
      try await one.finish(claims[2], as: .release, at: .at(1))
      _ = try await one.cancel(claims[3].id, at: .at(1))
      _ = try await one.cancel(claims[3].id, at: .at(1))
      var counts = try await one.counts()
      #expect((counts.queued, counts.ended) == (2, 3))
      _ = try await one.cancel(JobID(rawValue: 5), at: .at(1))
      counts = try await one.counts()
      #expect((counts.queued, counts.ended) == (1, 4))
    },
  ]
}
