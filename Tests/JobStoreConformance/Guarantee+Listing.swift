import Jobs
import Testing

extension Guarantee {
  static let listing: [Guarantee] = [
    Guarantee("pages in both orders hold every job of a kind and owner once, with any filter of statuses") { bench in
      let store = try await bench.join()
      let all = try await furnish(store)
      for statuses in [
        [], [.started], [.complete, .failed], [.running, .cancelled, .started], Set(JobStatus.allCases),
      ]
        as [Set<JobStatus>]
      {
        for owner in ["", "ann"] as [JobOwner] {
          for ascending in [true, false] {
            for limit in [1, 3, 7, 100] {
              let wanted = all.filter { $0.owner == owner && (statuses.isEmpty || statuses.contains($0.status)) }
              var query = JobQuery(
                kind: .order, owner: owner, statuses: statuses, ascending: ascending, limit: limit)
              let walked = try await walk(store, &query)
              #expect(walked == (ascending ? wanted : wanted.reversed()))
            }
          }
        }
      }
    },

    Guarantee("a list of ids gives those of the kind, owner and statuses, in order") { bench in
      let store = try await bench.join()
      let all = try await furnish(store)
      let own = all.filter { $0.owner == "ann" }
      let ids = Set(all.map(\.id) + [JobID(rawValue: 9999), JobID(rawValue: 0)])
      for ascending in [true, false] {
        var query = JobQuery(kind: .order, owner: "ann", ids: ids, ascending: ascending, limit: 4)
        #expect(try await walk(store, &query) == (ascending ? own : own.reversed()))
      }
      let few = JobQuery(
        kind: .order, owner: "ann", statuses: [.complete], ids: Set(own.prefix(9).map(\.id)), limit: 100)
      #expect(try await store.list(few) == own.prefix(9).filter { $0.status == .complete })
      #expect(try await store.list(JobQuery(kind: .order, ids: [], limit: 100)).isEmpty)
    },

    Guarantee("a page ends with the job that brings its inputs to the bytes asked for") { bench in
      let store = try await bench.join()
      var ids: Set<JobID> = []
      for _ in 1...9 { ids.insert(try await store.accept(.order(String(repeating: "x", count: 2000)))) }
      for chosen in [nil, ids] {
        for (bytes, count) in [(1, 1), (2000, 1), (2001, 2), (7000, 4), (18_000, 9), (.max, 9)] {
          let page = JobQuery(kind: .order, ids: chosen, limit: 100, inputBytes: bytes)
          #expect(try await store.list(page).count == count, "\(bytes)")
        }
      }
    },

    Guarantee("a page without inputs is the same page") { bench in
      let store = try await bench.join()
      var ids: Set<JobID> = []
      for number in 1...5 { ids.insert(try await store.accept(.order(String(repeating: "long", count: number * 100)))) }
      for chosen in [nil, ids] {
        var query = JobQuery(kind: .order, ids: chosen, limit: 9)
        var whole = try await store.list(query)
        #expect(whole.count == 5 && whole.allSatisfy { !$0.input.isEmpty })
        for index in whole.indices { whole[index].input = [] }
        query.withInput = false
        #expect(try await store.list(query) == whole)
      }
    },

    Guarantee("an owner is who has the same bytes, not who looks the same") { bench in
      let store = try await bench.join()
      let (one, two): (JobOwner, JobOwner) = ("jos\u{e9}", "jose\u{301}")
      let id = try await store.accept(.order("a", owner: one, key: "k"))
      #expect(try await store.list(JobQuery(kind: .order, owner: two, limit: 9)).isEmpty)
      #expect(try await store.list(JobQuery(kind: .order, owner: two, ids: [id], limit: 9)).isEmpty)
      #expect(try await store.news(after: 0, of: JobScope(kind: .order, owner: two), limit: 9).items.isEmpty)
      #expect(try await store.accept(.order("b", owner: two, key: "k")) != id)
      #expect(try await store.job(id).owner != two)
    },

    Guarantee("another kind, another owner and a limit of none show nothing") { bench in
      let store = try await bench.join()
      _ = try await store.accept()
      #expect(try await store.list(JobQuery(kind: .report, limit: 10)).isEmpty)
      #expect(try await store.list(JobQuery(kind: .order, owner: "bob", limit: 10)).isEmpty)
      #expect(try await store.list(JobQuery(kind: .order, limit: 0)).isEmpty)
    },

    Guarantee("a page may begin anywhere, and have room for any number") { bench in
      let store = try await bench.join()
      let ids = [try await store.accept(), try await store.accept(), try await store.accept()]
      for (after, ascending) in [(Int64.min, true), (-1, true), (0, true), (99, false), (.max, false)] {
        for limit in [3, 1000, .max] {
          var query = JobQuery(kind: .order, after: JobID(rawValue: after), ascending: ascending, limit: limit)
          #expect(try await store.list(query).map(\.id) == (ascending ? ids : ids.reversed()))
          query.ascending.toggle()
          #expect(try await store.list(query).isEmpty)
        }
      }
    },

    Guarantee("walking on at the end of the list misses no job, however many are submitted at once") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      try await withThrowingTaskGroup { group in
        group.addTask {
          for _ in 0..<400 {
            try await withThrowingTaskGroup { group in
              for _ in 0..<3 { group.addTask { _ = try await one.accept() } }
              try await group.waitForAll()
            }
          }
        }
        group.addTask {
          var query = JobQuery(kind: .order, after: JobID(rawValue: 0), ascending: true, limit: 1)
          for number in 1...1200 as ClosedRange<Int64> {
            var page: [Job] = []
            while page.isEmpty { page = try await two.list(query) }
            try #require(page.map(\.id.rawValue) == [number])
            query.after = page.last?.id
          }
        }
        try await group.waitForAll()
      }
    },

    Guarantee("walking pages skips and repeats no job that was there at the start, whatever changes meanwhile") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      var there: [JobID] = []
      for _ in 0..<60 { there.append(try await one.accept()) }
      var query = JobQuery(kind: .order, limit: 7)
      var walked: [JobID] = []
      while true {
        let page = try await one.list(query)
        walked += page.map(\.id)
        guard let last = page.last, page.count == query.limit, walked.count < 200 else { break }
        query.after = last.id
        for claim in try await two.claim(3, of: [.order], at: .at(1)) {
          try await two.finish(claim.tenure, as: .complete([]), at: .at(1))
        }
        if walked.count < 30 { _ = try await two.accept() }
      }
      #expect(Set(walked).count == walked.count)
      #expect(Array(walked.prefix(60)) == there)
    },
  ]

  /// 40 orders of two owners, in all statuses.
  private static func furnish(_ store: any JobStore) async throws -> [Job] {
    var ids: [JobID] = []
    for number in 0..<40 {
      ids.append(try await store.accept(.order("\(number)", owner: number % 3 == 0 ? "ann" : "")))
      _ = try await store.accept(NewJob(kind: .report, input: []))
    }
    for claim in try await store.claim(30, of: [.order], at: .at(1)) {
      switch claim.tenure.id.rawValue % 5 {
      case 0: try await store.finish(claim.tenure, as: .complete([]), at: .at(1))
      case 1: try await store.finish(claim.tenure, as: .fail(.workerLost), at: .at(1))
      case 2: _ = try await store.cancel(claim.tenure.id, at: .at(1))
      case 3: try await store.finish(claim.tenure, as: .release, at: .at(1))
      default: break
      }
    }
    var jobs: [Job] = []
    for id in ids { jobs.append(try await store.job(id)) }
    return jobs
  }

  private static func walk(_ store: any JobStore, _ query: inout JobQuery) async throws -> [Job] {
    var walked: [Job] = []
    while true {
      let page = try await store.list(query)
      #expect(page.count <= query.limit)
      walked += page
      guard let last = page.last, walked.count < 1000 else { return walked }
      query.after = last.id
    }
  }
}
