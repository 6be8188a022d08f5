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
