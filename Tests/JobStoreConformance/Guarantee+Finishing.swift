import Jobs
import Testing

extension Guarantee {
  static let finishing: [Guarantee] = [
    Guarantee("complete stores the result to the byte, and percent 100") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for bytes in [[], [0, 255, 0], [UInt8](repeating: 7, count: 300_000)] as [[UInt8]] {
        let id = try await one.accept()
        let claim = try await one.claimOne()
        #expect(try await two.result(of: id) == nil)
        #expect(try await one.finish(claim.tenure, as: .complete(bytes), at: .at(9000)))
        let job = try await two.job(id)
        #expect((job.status, job.progress.percent, job.finishedAt) == (.complete, 100, .at(9000)))
        #expect(try await two.result(of: id) == bytes)
        #expect(try await two.resultSize(of: id) == bytes.count)
      }
    },

    Guarantee("fail stores the failure, leaves the percent and has no result") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let tenure = try await store.claimOne().tenure
      _ = try await store.renew([JobReport(tenure: tenure, progress: .units(1, of: 2, step: "s"))], at: .at(1))
      let failure = JobFailure(code: "no-stock", detail: "Nothing left: ä 🎉", pointer: "/products/0")
      #expect(try await store.finish(tenure, as: .fail(failure), at: .at(9000)))
      let job = try await store.job(id)
      #expect((job.status, job.failure, job.progress.percent) == (.failed, failure, 50))
      #expect((job.updatedAt, job.finishedAt) == (.at(9000), .at(9000)))
      #expect(try await store.result(of: id) == nil)
      #expect(try await store.resultSize(of: id) == nil)
    },

    Guarantee("release gives the job back, and the attempt did not count") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept()
      let first = try await one.claimOne()
      #expect(try await one.finish(first.tenure, as: .release, at: .at(3000)))
      let job = try await two.job(id)
      #expect((job.status, job.attempt, job.finishedAt) == (.started, 0, nil))
      let second = try await two.claimOne()
      #expect(second.attempt == 1)
      #expect(second.tenure.epoch > first.tenure.epoch)
    },

    Guarantee("a tenure that is over finishes nothing, whatever ended it") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for ending in ["complete", "fail", "release", "release and claim", "cancel"] {
        let id = try await one.accept()
        let stale = try await one.claimOne().tenure
        switch ending {
        case "complete": try await one.finish(stale, as: .complete([1]), at: .at(1))
        case "fail": try await one.finish(stale, as: .fail(JobFailure(code: "c", detail: "d")), at: .at(1))
        case "cancel": _ = try await two.cancel(id, at: .at(1))
        default:
          try await one.finish(stale, as: .release, at: .at(1))
          if ending != "release" { _ = try await two.claimOne() }
        }
        let before = try await one.job(id)
        let result = try await one.result(of: id)
        for outcome in [.complete([9]), .fail(.workerLost), .release] as [JobOutcome] {
          #expect(try await !one.finish(stale, as: outcome, at: .at(9)), "\(ending), then \(outcome)")
        }
        #expect(try await one.job(id) == before)
        #expect(try await one.result(of: id) == result)
        #expect(try await one.newestChange() == before.change)
        _ = try await one.cancel(id, at: .at(1))
      }
    },

    Guarantee("several attempts end in one write, each with its own answer and its last report") { bench in
      let store = try await bench.join()
      for _ in 0..<4 { _ = try await store.accept() }
      let tenures = try await store.claim(4, of: [.order], at: .at(1)).map(\.tenure)
      _ = try await store.cancel(tenures[1].id, at: .at(2))
      let outcomes: [JobOutcome] = [.complete([1]), .complete([2]), .fail(.workerLost), .release]
      let answers = try await store.finish(
        zip(tenures, outcomes).map {
          JobEnd(tenure: $0, outcome: $1, progress: .units(3, of: 4, step: "last"))
        }, at: .at(3))
      #expect(answers == [true, false, true, true])
      let jobs = try await store.list(JobQuery(kind: .order, limit: 9))
      #expect(jobs.map(\.status) == [.complete, .cancelled, .failed, .started])
      #expect(jobs.map(\.progress.percent) == [100, 0, 75, 75])
      #expect(jobs.map(\.progress.step) == ["last", nil, "last", "last"])
      #expect(Set(jobs.map(\.change)).count == 4)
      #expect(try await store.finish([], at: .at(4)).isEmpty)
    },

    Guarantee("a wrong epoch and an unknown job finish nothing") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let tenure = try await store.claimOne().tenure
      for epoch in [tenure.epoch - 1, tenure.epoch + 1] {
        #expect(try await !store.finish(Tenure(id: id, epoch: epoch), as: .complete([]), at: .at(1)))
      }
      #expect(try await !store.finish(Tenure(id: JobID(rawValue: 77), epoch: 1), as: .release, at: .at(1)))
      #expect(try await store.finish(tenure, as: .complete([]), at: .at(1)))
    },
  ]
}
