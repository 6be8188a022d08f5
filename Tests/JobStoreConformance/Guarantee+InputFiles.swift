import Jobs
import Testing

extension Guarantee {
  static let inputFiles: [Guarantee] = [
    Guarantee("a job has the files that its submission names, in that order, in every member's eyes and for its life") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let files: [InputFile] = [
        .sent("photos", 0, title: "a.jpg"), .sent("photos", 1, title: nil), .sent("document", 0, title: ""),
        .sent("document", 1, title: "../../etc/passwd\r\n\u{1F600}"),
      ]
      let id = try await one.accept(.order("a", files: files))
      let other = try await one.accept(.order("b", files: [.sent("photos", 0, stored: "other.1")]))
      let none = try await one.accept()
      #expect(try await two.inputFiles(of: id) == files)
      #expect(try await two.inputFiles(of: other).map(\.file.stored) == ["other.1"])
      #expect(try await two.inputFiles(of: none) == [])
      #expect(try await two.inputFiles(of: JobID(rawValue: 99)) == [])
      let tenure = try await one.claimOne().tenure
      #expect(try await two.inputFiles(of: id) == files)
      try await one.finish(tenure, as: .release, at: .at(3000))
      _ = try await two.cancel(id, at: .at(4000))
      #expect(try await two.inputFiles(of: id) == files)
      #expect(try await two.files(of: id) == [])
    },

    Guarantee("files of the result stand beside those of the input, and neither are among the other") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let sent: [InputFile] = [.sent("sheet", 0), .sent("sheet", 1)]
      let id = try await one.accept(.order("a", files: sent))
      var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([]))
      end.files = [.stored("x.1", name: "sheet"), .stored("x.2", name: "text")]
      #expect(try await one.finish([end], at: .at(3000)) == [true])
      #expect(try await two.inputFiles(of: id) == sent)
      #expect(try await two.files(of: id) == end.files)
    },

    Guarantee("a twin is the same where its files have the same names, numbers and digests, whatever else they have") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let limits = QueueLimits(jobs: 9)
      let first: [InputFile] = [.sent("a", 0, digest: "d0"), .sent("a", 1, digest: "d1"), .sent("b", 0, digest: "d2")]
      let id = try await one.accept(.order("x", key: "k", files: first))
      func submit(_ files: [InputFile], _ text: String = "x") async throws -> Submission {
        let count = try await one.counts()
        let submission = try await two.submit(.order(text, key: "k", files: files), limits: limits, at: .at(2))
        #expect(try await one.counts() == count)
        #expect(try await one.inputFiles(of: id) == first)
        return submission
      }
      let twin: [InputFile] = [
        .sent("a", 0, title: "other.jpg", digest: "d0", stored: "y.1"), .sent("a", 1, digest: "d1", stored: "y.2"),
        .sent("b", 0, digest: "d2", stored: "y.3"),
      ]
      #expect(try await submit(first) == .replayed(id))
      #expect(try await submit(twin) == .replayed(id))
      #expect(try await submit(first, "y") == .keyReused(id))
      let others: [[InputFile]] = [
        [], Array(first.prefix(2)), first + [.sent("b", 1, digest: "d3")],
        [.sent("a", 0, digest: "d0"), .sent("a", 1, digest: "d9"), first[2]],
        [.sent("a", 0, digest: "d1"), .sent("a", 1, digest: "d0"), first[2]],
        [first[0], .sent("b", 0, digest: "d1"), .sent("b", 1, digest: "d2")],
      ]
      for files in others { #expect(try await submit(files) == .keyReused(id), "\(files)") }
      #expect(try await one.unnamedFiles(among: twin.map(\.file.stored)) == ["y.1", "y.2", "y.3"])
      let plain = try await one.accept(.order("plain", key: "p"))
      #expect(
        try await two.submit(.order("plain", key: "p", files: first), limits: limits, at: .at(2)) == .keyReused(plain))
    },

    Guarantee("a twin is the same once there are files of the result, too") { bench in
      let one = try await bench.join()
      let job = NewJob.order("x", key: "k", files: [.sent("a", 0)])
      let id = try await one.accept(job)
      var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([]))
      end.files = [.stored("x.1", name: "a")]
      #expect(try await one.finish([end], at: .at(3000)) == [true])
      #expect(try await one.submit(job, limits: QueueLimits(jobs: 9), at: .at(4000)) == .replayed(id))
    },

    Guarantee("a submission that is refused names no file") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      let files: [InputFile] = [.sent("a", 0, stored: "refused.1"), .sent("a", 1, stored: "refused.2")]
      var job = NewJob.order("b", client: "c", files: files)
      _ = try await one.accept(.order("a", client: "c"))
      #expect(try await one.submit(job, limits: QueueLimits(jobs: 1), at: .at(2)) == .queueFull)
      #expect(try await one.submit(job, limits: QueueLimits(jobs: 3), at: .at(2)) == .overShare)
      job.condition = ChangeCondition(among: [])
      #expect(try await one.submit(job, limits: QueueLimits(jobs: 99), at: .at(2)) == .preconditionFailed)
      #expect(try await two.unnamedFiles(among: files.map(\.file.stored)) == ["refused.1", "refused.2"])
    },

    Guarantee("a file is unnamed unless a job has it, of its input or its result, whoever asks and whoever lives") {
      bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      _ = try await one.accept(.order("a", files: [.sent("a", 0, stored: "in.1")]))
      var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([]))
      end.files = [.stored("out.1")]
      _ = try await one.finish([end], at: .at(3000))
      #expect(try await two.unnamedFiles(among: ["new.2", "in.1", "out.1", "new.1"]) == ["new.2", "new.1"])
      #expect(try await two.unnamedFiles(among: []) == [])
    },

    Guarantee("files have room as exact as their bytes, results included, and one owner has half of it") { bench in
      let (one, two) = (try await bench.join(), try await bench.join())
      var number = 0
      func submit(_ size: Int64, of owner: JobOwner, key: String? = nil) async throws -> Submission {
        number += 1
        var job = NewJob.order("a", owner: owner, files: [.sent("a", 0, stored: "in.\(number)", size: size)])
        job.idempotencyKey = key
        job.roomForFiles = 8_000_000_000
        return try await (number % 2 == 0 ? one : two).submit(job, limits: QueueLimits(), at: .at(2))
      }
      guard case .accepted(let first) = try await submit(3_000_000_000, of: "ann", key: "k") else {
        Issue.record("it is not accepted")
        return
      }
      #expect(try await submit(1_000_000_001, of: "ann") == .overShareOfFiles)
      #expect(try await submit(3_000_000_000, of: "ann", key: "k") == .replayed(first))
      var end = JobEnd(tenure: try await one.claimOne().tenure, outcome: .complete([]))
      end.files = [.stored("x.1", size: 500)]
      _ = try await one.finish([end], at: .at(3000))
      #expect(try await submit(999_999_501, of: "ann") == .overShareOfFiles)
      #expect(try await submit(5_000_000_000, of: "") == .noRoomForFiles)
      #expect(try await submit(4_999_999_500, of: "").isAccepted)
      #expect(try await submit(1, of: "bob") == .noRoomForFiles)
      #expect(try await submit(3_000_000_000, of: "ann", key: "k") == .replayed(first))
      #expect(try await two.remove(first, if: .none, at: .at(4000)) == .removed)
      #expect(try await submit(3_000_000_500, of: "ann").isAccepted)
      #expect(try await two.submit(.order("a"), limits: QueueLimits(), at: .at(5)).isAccepted)
    },
  ]
}

extension InputFile {
  fileprivate static func sent(
    _ name: String, _ number: Int, title: String? = "file", digest: String = "5e", stored: String? = nil,
    size: Int64 = 8
  ) -> InputFile {
    var file = JobFile.stored(stored ?? "in.\(name)\(number)", name: name, size: size)
    file.digest = digest
    return InputFile(number: number, title: title, file: file)
  }
}

extension JobFile {
  fileprivate static func stored(_ stored: String, name: String = "a", size: Int64 = 8) -> JobFile {
    JobFile(name: name, type: "text/csv", size: size, digest: "5e", stored: stored)
  }
}

extension Submission {
  fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
