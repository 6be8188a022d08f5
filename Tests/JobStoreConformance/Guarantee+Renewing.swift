import Jobs
import Testing

extension Guarantee {
  static let renewing: [Guarantee] = [
    Guarantee("progress of a standing tenure is stored and seen by every member") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept()
      let tenure = try await one.claimOne().tenure
      let report = JobReport(tenure: tenure, progress: .units(2, of: 5, step: "products"))
      #expect(try await one.renew([report], at: .at(9000)).isEmpty)
      let job = try await two.job(id)
      #expect(job.progress == JobProgress(percent: 40, step: "products", completed: 2, total: 5))
      #expect(job.updatedAt == .at(9000))
    },

    Guarantee("percent never falls and stays below 100 while the job runs") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let tenure = try await store.claimOne().tenure
      for (completed, percent) in [(3, 60), (1, 60), (5, 99), (4, 99)] {
        _ = try await store.renew(
          [JobReport(tenure: tenure, progress: .units(completed, of: 5, step: "s"))], at: .at(1))
        let progress = try await store.job(id).progress
        #expect((progress.percent, progress.completed) == (percent, completed))
      }
    },

    Guarantee("a new attempt keeps the percent and clears step and units") { bench in
      let store = try await bench.join()
      let id = try await store.accept()
      let first = try await store.claimOne().tenure
      _ = try await store.renew([JobReport(tenure: first, progress: .units(3, of: 4, step: "s"))], at: .at(1))
      try await store.finish(first, as: .release, at: .at(1))
      _ = try await store.claimOne()
      #expect(try await store.job(id).progress == JobProgress(percent: 75))
    },

    Guarantee("a renewal without news is no visible change") { bench in
      let store = try await bench.join()
      _ = try await store.accept()
      let tenure = try await store.claimOne().tenure
      let progress = JobProgress.units(1, of: 2, step: "s")
      _ = try await store.renew([JobReport(tenure: tenure, progress: progress)], at: .at(1))
      let before = try await store.job(tenure.id)
      #expect(try await store.renew([JobReport(tenure: tenure)], at: .at(2)).isEmpty)
      #expect(try await store.renew([JobReport(tenure: tenure, progress: progress)], at: .at(3)).isEmpty)
      #expect(try await store.job(tenure.id) == before)
      #expect(try await store.newestChange() == before.change)
    },

    Guarantee("renew returns exactly the tenures that are over, and writes nothing for them") { bench in
      let store = try await bench.join()
      for _ in 0..<4 { _ = try await store.accept() }
      let tenures = try await store.claim(4, of: [.order], at: .at(1)).map(\.tenure)
      _ = try await store.cancel(tenures[0].id, at: .at(2))
      try await store.finish(tenures[1], as: .complete([1]), at: .at(2))
      try await store.finish(tenures[2], as: .release, at: .at(2))
      let again = try await store.claimOne(at: .at(2))
      let unknown = Tenure(id: JobID(rawValue: 99), epoch: 1)
      var before: [Job] = []
      for tenure in tenures.prefix(3) { before.append(try await store.job(tenure.id)) }
      let over = try await store.renew(
        (tenures + [unknown, again.tenure]).map { JobReport(tenure: $0, progress: .units(1, of: 2, step: "late")) },
        at: .at(3))
      #expect(over == [tenures[0], tenures[1], tenures[2], unknown])
      #expect(try await store.job(tenures[0].id) == before[0])
      #expect(try await store.job(tenures[1].id) == before[1])
      #expect(try await store.job(tenures[3].id).progress.step == "late")
    },
  ]
}
