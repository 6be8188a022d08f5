import Jobs
import TestSupport
import Testing

extension Guarantee {
  static let reading: [Guarantee] = [
    Guarantee("there is no job and no result under an id never given") { bench in
      let store = try await bench.join()
      for id in [0, -5, 1, .max, .min] as [Int64] {
        #expect(try await store.read(JobID(rawValue: id)) == nil)
        #expect(try await store.result(of: JobID(rawValue: id)) == nil)
      }
    },

    Guarantee("all members of a store know it by one name, and it outlives them") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      #expect(!one.name.isEmpty && one.name == two.name)
      try await bench.kill(one)
      try await bench.kill(two)
      #expect(try await bench.join().name == one.name)
    },

    Guarantee("change numbers rise with every visible change and are never given twice") { bench in
      let members = try await bench.join(3)
      #expect(try await members[0].newestChange() == 0)
      let seen = try await withThrowingTaskGroup(of: [Int64].self) { group in
        for member in members {
          group.addTask {
            var seen: [Int64] = []
            for _ in 0..<20 {
              seen.append(try await member.job(member.accept()).change)
              guard let claim = try await member.claim(1, of: [.order], at: .at(1)).first else { continue }
              seen.append(try await member.job(claim.tenure.id).change)
              let report = JobReport(tenure: claim.tenure, progress: .units(1, of: 2, step: "s"))
              _ = try await member.renew([report], at: .at(1))
              seen.append(try await member.job(claim.tenure.id).change)
              try await member.finish(claim.tenure, as: .complete([]), at: .at(1))
              seen.append(try await member.job(claim.tenure.id).change)
            }
            return seen
          }
        }
        return try await group.reduce(into: [Int64]()) { $0 += $1 }
      }
      let newest = try await members[0].newestChange()
      #expect(seen.allSatisfy { (1...newest).contains($0) })
      let jobs = try await members[0].list(JobQuery(kind: .order, limit: 100))
      #expect(Set(jobs.map(\.change)).count == 60)
      #expect(jobs.allSatisfy { $0.change > 0 })
    },

    Guarantee("each kind of change takes the next number") { bench in
      let store = try await bench.join()
      func expect(_ number: Int64, of id: JobID) async throws {
        #expect(try await store.job(id).change == number)
        #expect(try await store.newestChange() == number)
      }
      let id = try await store.accept()
      try await expect(1, of: id)
      let first = try await store.claimOne()
      try await expect(2, of: id)
      _ = try await store.renew([JobReport(tenure: first.tenure, progress: .units(1, of: 9, step: "s"))], at: .at(1))
      try await expect(3, of: id)
      try await store.finish(first.tenure, as: .release, at: .at(1))
      try await expect(4, of: id)
      let second = try await store.claimOne()
      try await expect(5, of: id)
      try await store.finish(second.tenure, as: .fail(.workerLost), at: .at(1))
      try await expect(6, of: id)
      let other = try await store.accept()
      try await expect(7, of: other)
      _ = try await store.cancel(other, at: .at(1))
      try await expect(8, of: other)
    },

    Guarantee("changes after a number are the jobs changed since, each once with its last change, in order") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      var ids: [JobID] = []
      for _ in 0..<5 { ids.append(try await one.accept()) }
      let mark = try await two.newestChange()
      #expect(try await two.news(after: mark, of: nil, limit: 10).items.isEmpty)
      let claim = try await one.claimOne()
      _ = try await two.cancel(ids[3], at: .at(1))
      try await one.finish(claim.tenure, as: .complete([]), at: .at(1))
      let changes = try await two.news(after: mark, of: nil, limit: 10).items
      #expect(changes.map(\.id) == [ids[3], ids[0]])
      #expect(changes.map(\.status) == [.cancelled, .complete])
      #expect(changes.map(\.change) == changes.map(\.change).sorted())
      #expect(try await two.news(after: mark, of: nil, limit: 1).items == [changes[0]])
      #expect(try await two.news(after: changes[0].change, of: nil, limit: 10).items == [changes[1]])
      #expect(try await two.news(after: 0, of: nil, limit: 100).items.count == 5)
    },
  ]
}
