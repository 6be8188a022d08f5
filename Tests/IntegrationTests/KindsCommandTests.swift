import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// A store that a service with more kinds has used, and another program over it: as in a rolling restart from one to
  /// the other.
  @Suite("Kinds of another program")
  struct KindsCommandTests {
    private let folder: TemporaryFolder
    private let service: RunningService
    private let other: RunningService

    init() async throws {
      folder = try TemporaryFolder()
      other = try await RunningService.start(
        processes: 1, options: ["--jobs", "0"], folder: folder, binary: RunningService.built("ReportService"))
      let other = other
      try await blocking {
        for _ in 1...3 { _ = try other.client().send("POST", "/pauses", body: #"{"milliseconds":"1"}"#) }
      }
      service = try await RunningService.start(options: ["--jobs", "0"], folder: folder)
    }

    private func kinds(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
      try run(RunningService.binary, ["kinds"] + arguments + ["--store", "sqlite:\(service.database)"])
    }

    private func stop() async throws {
      for service in [service, other] {
        let status = try await service.stop()
        #expect(status == 0)
      }
    }

    @Test("are 503 here while the other program serves them, and the log says that jobs of them wait")
    func served() async throws {
      try await blocking {
        for _ in 1...4 {
          let answer = try service.client().send("GET", "/pauses/1/status")
          expectProblem(answer, 503, "kind-unavailable")
          #expect(answer["retry-after"] == "1")
          #expect(try other.client().send("GET", "/pauses/1/status").status == 200)
        }
        #expect(service.log.contains("kind=pause"), "\(service.log)")
        #expect(service.log.contains("waiting=3"), "\(service.log)")
      }
      try await stop()
    }

    @Test("are listed with what waits of them, and dropped where that is confirmed: from then on they are 404")
    func dropped() async throws {
      try await blocking {
        #expect(try kinds("list").output.split(separator: "\n").contains("pause /pauses 3"))
        let counted = try kinds("drop", "pause")
        #expect(counted.status == 1 && counted.output.contains("3 jobs of the kind pause wait"), "\(counted)")
        #expect(try kinds("list").output.split(separator: "\n").contains("pause /pauses 3"))
        let dropped = try kinds("drop", "pause", "--confirm")
        #expect(dropped.status == 0 && dropped.output == "3 jobs were cancelled.\n", "\(dropped)")
        #expect(try !kinds("list").output.contains("pause"))
        #expect(try kinds("drop", "pause").status == 64)
        expectProblem(try service.client().send("GET", "/pauses/1/status"), 404, "not-found")
        let status = try other.client().send("GET", "/pauses/1/status").json["status"] as? String
        #expect(status == "cancelled")
      }
      try await stop()
    }

    @Test("have a digest of their declaration in the store, which an option that holds for them changes")
    func digest() async throws {
      func digest() async throws -> String {
        try await blocking { try rows(of: "SELECT digest FROM kind WHERE name = 'order'", in: service.database)[0] }
      }
      let before = try await digest()
      #expect(!before.isEmpty && before.allSatisfy { "0123456789abcdef".contains($0) })
      let changed = try await RunningService.start(options: ["--attempts", "2"], folder: folder)
      #expect(try await digest() != before)
      #expect(try await changed.stop() == 0)
      try await stop()
    }
  }
}
