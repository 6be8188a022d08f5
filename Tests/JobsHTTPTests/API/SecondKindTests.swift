import Foundation
import HTTPTypes
import Jobs
import JobsHTTP
import Kinds
import Logging
import Orders
import SecondKind
import StrictJSON
import TestSupport
import Testing

extension APITests {
  @Suite("A second kind of job")
  struct SecondKindTests {
    private let service: OrderService
    private let file: String
    private let body: String

    init() throws {
      service = try OrderService(kinds: [.orders, .digests])
      file = service.folder.path + "/input"
      try Data((0..<1_200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: URL(filePath: file))
      body = #"{"file":"\#(file)"}"#
    }

    /// Runs `body` while a runner works on both kinds.
    private func whileRunning(jobs: Int = 8, _ body: () async throws -> Void) async throws {
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      var configuration = JobRunner.Configuration()
      configuration.jobs = jobs
      let runner = try JobRunner(
        store: service.store, works: [Kind.orders.asWork, Kind.digests.asWork], configuration: configuration,
        logger: logger)
      let running = Task { try await runner.run() }
      defer { running.cancel() }
      try await body()
    }

    @Test("has its own routes, problems and result, beside the orders")
    func runs() async throws {
      #expect(await service.post("{}", to: "/reports").code == "invalid-report")
      #expect(await service.post(body, to: "/reports").text == #"{"id":1}"#)
      #expect(await service.post(to: "/orders").text == #"{"id":2}"#)
      #expect(await service.get("/reports/1").text == #"{"id":1,"file":"\#(file)","status":"started"}"#)
      #expect(await service.get("/reports/1/result").code == "report-not-finished")
      #expect(await service.get("/orders/1").status == 404)
      #expect(await service.get("/reports/2").status == 404)
      #expect(await service.get("/reports").body["reports"]?.elements.count == 1)
      #expect(await service.get("/orders").body["orders"]?.elements.count == 1)
      try await whileRunning {
        let result = await service.get("/reports/1/result", [.prefer: "wait=50"])
        #expect(result.status == 200)
        #expect(result.fields[.contentType] == "text/plain; charset=utf-8")
        #expect(result.bytes.count > 1_000_000)
        let lines = result.text.split(separator: "\n")
        #expect(lines.count == 293)
        let dump = lines.compactMap { Data(base64Encoded: String($0.split(separator: " ")[1])) }.reduce(Data(), +)
        let original = try Data(contentsOf: URL(filePath: file))
        #expect(dump == original)
        let order = await service.get("/orders/2/result", [.prefer: "wait=50"])
        #expect(order.text == #"{"id":2,"products":["y","z"],"amount":250}"#)
      }
    }

    @Test("fails with its own code")
    func fails() async throws {
      _ = await service.post(#"{"file":"/no/such/file"}"#, to: "/reports")
      try await whileRunning {
        let status = await service.get("/reports/1/status", [.prefer: "wait=50"])
        #expect(status.body["status"]?.text == "failed")
        #expect(status.body["error"]?["code"]?.text == "no-such-file")
        #expect(status.body["error"]?["title"]?.text == "The report failed")
        #expect(await service.get("/reports/1/result").code == "report-failed")
      }
    }

    @Test("is cancelled like an order, and only under its own address")
    func cancels() async throws {
      _ = await service.post(body, to: "/reports")
      #expect(await service.send(.delete, "/orders/1/cancel").status == 404)
      #expect(await service.send(.delete, "/reports/1/cancel").status == 204)
      #expect(await service.get("/reports/1/result").code == "report-cancelled")
    }

    @Test("is interrupted while it runs, and leaves its place to the next")
    func interrupted() async throws {
      let endless = service.folder.path + "/endless"
      try Data().write(to: URL(filePath: endless))
      try FileHandle(forWritingTo: URL(filePath: endless)).truncate(atOffset: 1 << 40)
      try await whileRunning(jobs: 1) {
        _ = await service.post(#"{"file":"\#(endless)"}"#, to: "/reports")
        try await eventually("running") { await service.get("/reports/1").body["status"]?.text == "running" }
        #expect(await service.send(.delete, "/reports/1/cancel").status == 204)
        _ = await service.post(body, to: "/reports")
        #expect(await service.get("/reports/2/result", [.prefer: "wait=50"]).status == 200)
        #expect(await service.get("/reports/1/result").code == "report-cancelled")
      }
    }

    @Test("is worked on again when an attempt was lost")
    func lostAttempt() async throws {
      _ = await service.post(body, to: "/reports")
      let lost = try await service.claim(JobID(rawValue: 1), of: Kind.digests.name)
      try await service.finish(lost, as: .release)
      try await whileRunning {
        #expect(await service.get("/reports/1/result", [.prefer: "wait=50"]).status == 200)
      }
      #expect(try await service.finish(lost, as: .complete([])) == false)
    }

    @Test("has its own limit of the body, and its own time that jobs are kept")
    func limits() async throws {
      var reports = Kind.digests
      reports.limits.body = body.utf8.count
      reports.keep = .time(.seconds(60))
      let service = try OrderService(kinds: [.orders, reports])
      let large = await service.post(body + " ", to: "/reports")
      #expect(large.status == 413)
      #expect(large.body["detail"]?.text?.contains("\(body.utf8.count)") == true, "\(large.text)")
      #expect(await service.post(body, to: "/reports").status == 202)
      let order = #"{"products":["\#(String(repeating: "a", count: 200))"],"amount":1}"#
      #expect(await service.post(order, to: "/orders").status == 202)
      for path in ["/reports/1", "/orders/2"] {
        #expect(await service.send(.delete, path + "/cancel").status == 204)
        #expect(await (service.get(path).fields[.sunset] != nil) == (path == "/reports/1"))
      }
    }

    @Test("has results that Accept can exclude, and documents that are JSON")
    func accept() async throws {
      #expect(await service.get("/reports/1/result", [.accept: "application/json"]).status == 406)
      #expect(await service.get("/reports/1/result", [.accept: "text/*"]).status == 404)
      #expect(await service.get("/reports/1", [.accept: "text/plain"]).status == 406)
    }
  }
}
