import Jobs
import Testing

extension Guarantee {
  static let files: [Guarantee] = [
    Guarantee("a complete job has the files that its end names, in that order, and no other end stores any") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      for outcome in [.complete([]), .fail(.workFailed), .retry(after: .seconds(60)), .release] as [JobOutcome] {
        let id = try await one.accept()
        var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: outcome)
        end.files = [.named("b", stored: "x.\(id)"), .named("a", stored: "y.\(id)")]
        #expect(try await two.files(of: id) == [])
        #expect(try await one.finish([end], at: .at(3000)) == [true])
        let isComplete = outcome == .complete([])
        #expect(try await two.files(of: id) == (isComplete ? end.files : []))
        _ = try await one.cancel(id, at: .at(4000))
      }
    },

    Guarantee("an end that comes too late stores no files") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept()
      var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([]))
      end.files = [.named("a", stored: "x.1")]
      _ = try await two.cancel(id, at: .at(3000))
      #expect(try await one.finish([end], at: .at(4000)) == [false])
      #expect(try await one.files(of: id) == [])
      #expect(try await one.expiredFiles(limit: 9) == [])
    },

    Guarantee("the files of an expired job are named until they are forgotten") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let id = try await one.accept()
      var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([]))
      end.files = [.named("a", stored: "x.1"), .named("b", stored: "x.2")]
      _ = try await one.finish([end], at: .at(3000))
      _ = try await two.expire(.order, endedBefore: .at(3001), limit: 9, at: .at(9000))
      #expect(try await one.files(of: id) == [])
      #expect(try await one.expiredFiles(limit: 1).count == 1)
      #expect(try await one.expiredFiles(limit: 9).sorted() == ["x.1", "x.2"])
      try await two.forgetFiles(["x.1", "never.there"])
      #expect(try await one.expiredFiles(limit: 9) == ["x.2"])
    },
  ]
}

extension JobFile {
  fileprivate static func named(_ name: String, stored: String) -> JobFile {
    JobFile(name: name, type: "text/csv", size: 8, digest: "5e", stored: stored)
  }
}
