import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// A kind of work that the product doesn't know, put in by a test (see Tests/SecondKind and Tests/ReportService).
  @Suite("A second kind")
  struct SecondKindTests {
    private let folder: TemporaryFolder
    private let body: String
    private let lines: Int

    init() throws {
      folder = try TemporaryFolder()
      let file = folder.path + "/input"
      try Data((0..<1_200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: URL(filePath: file))
      body = #"{"file":"\#(file)"}"#
      lines = (1_200_000 + 4095) / 4096
    }

    private func start() async throws -> RunningService {
      try await RunningService.start(binary: RunningService.built("ReportService"))
    }

    @Test("is submitted, polled and fetched like an order, with a result over a megabyte")
    func runs() async throws {
      let service = try await start()
      try await blocking { [body, lines] in
        let client = service.client()
        let accepted = try client.send("POST", "/reports", body: body)
        #expect(accepted.status == 202)
        #expect(accepted["location"] == "/reports/1/status")
        let result = try client.send("GET", "/reports/1/result", headers: ["Prefer": "wait=30"])
        #expect(result.status == 200)
        #expect(result.body.count > 1_000_000)
        #expect(result.text.split(separator: "\n").count == lines)
        let cancel = try client.send("DELETE", "/reports/1/cancel")
        #expect(cancel.json["code"] as? String == "report-already-finished")
      }
      let status = try await service.stop()
      #expect(status == 0)
    }

    @Test("is cancelled while it runs in any process, for ever")
    func cancelled() async throws {
      let service = try await start()
      try await blocking { [folder] in
        let endless = folder.path + "/endless"
        try Data().write(to: URL(filePath: endless))
        try FileHandle(forWritingTo: URL(filePath: endless)).truncate(atOffset: 1 << 40)
        let client = service.client()
        for id in 1...6 {
          _ = try client.send("POST", "/reports", body: #"{"file":"\#(endless)"}"#)
          try patiently("report \(id) runs") {
            try client.send("GET", "/reports/\(id)/status").json["status"] as? String == "running"
          }
          let cancel = try service.client().send("DELETE", "/reports/\(id)/cancel")
          #expect(cancel.status == 204)
          try patiently("its work ends") { service.log.contains("job=\(id) [Jobs] work interrupted") }
          let result = try client.send("GET", "/reports/\(id)/result")
          #expect(result.json["code"] as? String == "report-cancelled")
        }
      }
    }

    @Test("runs again in a sibling when its process is killed, with the same result")
    func killed() async throws {
      let service = try await start()
      try await blocking { [body] in
        let client = service.client()
        _ = try client.send("POST", "/reports", body: body)
        let whole = try client.send("GET", "/reports/1/result", headers: ["Prefer": "wait=30"]).body
        for _ in 2...9 { _ = try client.send("POST", "/reports", body: body) }
        for victim in try service.responders() { kill(victim, SIGKILL) }
        for id in 2...9 {
          try patiently("report \(id) completes") {
            (try? client.send("GET", "/reports/\(id)/result"))?.status == 200
          }
          let again = try client.send("GET", "/reports/\(id)/result").body
          #expect(again == whole)
        }
      }
      let status = try await service.stop()
      #expect(status == 0)
    }
  }
}
