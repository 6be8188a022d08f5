import Jobs
import Testing

extension Guarantee {
  static let cancelling: [Guarantee] = [
    Guarantee("cancel ends a started and a running job, from any member, and again is cancelled again") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let running = try await one.accept()
      let tenure = try await one.claimOne().tenure
      let started = try await one.accept()
      for id in [running, started] {
        #expect(try await two.cancel(id, at: .at(5000)) == .cancelled)
        let job = try await one.job(id)
        #expect((job.status, job.finishedAt, job.updatedAt) == (.cancelled, .at(5000), .at(5000)))
        #expect(job.epoch > 0 && job.progress.percent == 0)
        #expect(try await one.cancel(id, at: .at(6000)) == .cancelled)
        #expect(try await two.job(id) == job)
        #expect(try await one.result(of: id) == nil)
      }
      #expect(try await one.renew([JobReport(tenure: tenure)], at: .at(7000)) == [tenure])
      #expect(try await !one.hasWaiting(of: [.order]))
      #expect(try await one.health().queued == 0)
    },

    Guarantee("cancel leaves complete and failed jobs as they are, and doesn't know an unknown one") { bench in
      let store = try await bench.join()
      for (outcome, status) in [
        (.complete([1]), .complete), (.fail(.workerLost), .failed),
      ] as [(JobOutcome, JobStatus)] {
        let id = try await store.accept()
        try await store.finish(store.claimOne().tenure, as: outcome, at: .at(1))
        let before = try await store.job(id)
        #expect(try await store.cancel(id, at: .at(2)) == .alreadyFinished(status))
        #expect(try await store.job(id) == before)
      }
      for id in [0, -1, 4711, .max] as [Int64] {
        #expect(try await store.cancel(JobID(rawValue: id), at: .at(1)) == .unknown)
      }
    },

    Guarantee("cancel under a condition is for jobs that it would change: else the answer is what it is without one") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let never = ChangeCondition(among: [])
      let id = try await one.accept()
      let change = try await one.job(id).change
      for condition in [never, ChangeCondition(among: [change - 1, change + 1]), ChangeCondition(except: [change])] {
        let before = try await one.job(id)
        #expect(try await two.cancel(id, if: condition, at: .at(2)) == .preconditionFailed)
        #expect(try await one.job(id) == before)
        #expect(try await one.newestChange() == change)
      }
      let known = ChangeCondition(among: [0, change], except: [change + 1])
      #expect(try await two.cancel(id, if: known, at: .at(3)) == .cancelled)
      // The same request may come twice, and the change it named is over.
      #expect(try await one.cancel(id, if: known, at: .at(4)) == .cancelled)
      #expect(try await one.cancel(id, if: never, at: .at(4)) == .cancelled)
      let complete = try await one.accept()
      try await one.finish(one.claimOne().tenure, as: .complete([1]), at: .at(5))
      #expect(try await two.cancel(complete, if: never, at: .at(6)) == .alreadyFinished(.complete))
      #expect(try await two.cancel(JobID(rawValue: 4711), if: never, at: .at(6)) == .unknown)
    },

    Guarantee("in 500 races of a cancel under a condition against progress, it cancels only what it was told of") {
      bench in
      let (holder, other) = (try await bench.join(), try await bench.join())
      for number in 0..<500 {
        let id = try await holder.accept()
        let tenure = try await holder.claimOne().tenure
        let known = ChangeCondition(among: [try await holder.job(id).change])
        let report = JobReport(tenure: tenure, progress: .units(1, of: 2, step: "half"))
        async let over = holder.renew([report], at: .at(3))
        // In turns, one of the two has a head start.
        if number % 2 == 0 { await Task.yield() }
        async let outcome = other.cancel(id, if: known, at: .at(3))
        let wasCancelled = try await over == [tenure]
        #expect(try await outcome == (wasCancelled ? .cancelled : .preconditionFailed))
        #expect(try await other.job(id).status == (wasCancelled ? .cancelled : .running))
        #expect(try await other.job(id).progress.percent == (wasCancelled ? 0 : 50))
        _ = try await other.cancel(id, at: .at(4))
      }
    },

    Guarantee("in 5,000 races of cancel against finish exactly one wins, and cancelled never becomes complete") {
      bench in
      let (holder, other) = (try await bench.join(), try await bench.join())
      var completions = 0
      for _ in 0..<20 {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<250 { group.addTask { _ = try await holder.accept() } }
          try await group.waitForAll()
        }
        let claims = try await holder.claim(250, of: [.order], at: .at(1))
        #expect(claims.count == 250)
        completions += try await withThrowingTaskGroup(of: Bool.self) { group in
          for claim in claims {
            group.addTask {
              let id = claim.tenure.id
              async let finished = holder.finish(claim.tenure, as: .complete([1]), at: .at(2))
              async let cancelled = other.cancel(id, at: .at(2))
              let (won, outcome) = (try await finished, try await cancelled)
              #expect(outcome == (won ? .alreadyFinished(.complete) : .cancelled))
              #expect(try await holder.job(id).status == (won ? .complete : .cancelled))
              #expect(try await other.result(of: id) == (won ? [1] : nil))
              return won
            }
          }
          return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
      }
      #expect(try await other.tenures().isEmpty)
      #expect(try await holder.tenures().isEmpty)
      #expect(try await countCancelled(in: holder) == 5000 - completions)
    },
  ]

  private static func countCancelled(in store: any JobStore) async throws -> Int {
    try await store.list(JobQuery(kind: .order, statuses: [.cancelled], limit: 10_000)).count
  }
}
