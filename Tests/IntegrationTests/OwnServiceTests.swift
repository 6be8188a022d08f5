import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Tests/OwnService: a package of its own, with its own `main` and a kind of its own. deploy/test builds it.
  @Suite("A service of one's own")
  struct OwnServiceTests {
    private let binary: String

    init() throws {
      binary = try #require(
        ProcessInfo.processInfo.environment["OWN_SERVICE_BINARY"],
        "OWN_SERVICE_BINARY names the built Tests/OwnService: deploy/test does it")
    }

    @Test("is as the README shows it, and counts the words of a text, however its lines end")
    func counts() async throws {
      let folder = RunningService.repository
      let readme = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
      let source = try String(
        contentsOfFile: folder + "/Tests/OwnService/Sources/OwnService/OwnService.swift", encoding: .utf8)
      #expect(readme.contains("```swift\n" + source + "```"), "the README shows another OwnService.swift")
      let service = try await RunningService.start(binary: binary)
      try await blocking {
        let client = service.client()
        for (text, words) in [
          ("two words\\nand three more", 5), ("one two\\r\\nthree\\r\\nfour", 4), ("one\\rtwo", 2),
          (" a \\t b\\u2028c ", 3), ("\\r\\n", 0),
        ] {
          let accepted = try client.send("POST", "/word-counts", body: #"{"text":"\#(text)"}"#)
          let id = try #require(accepted.json["id"] as? Int)
          #expect(accepted["location"] == "/word-counts/\(id)/status")
          let result = try client.send("GET", "/word-counts/\(id)/result", headers: ["Prefer": "wait=30"])
          #expect(result.text == #"{"words":\#(words)}"#)
        }
        let status = try client.send("GET", "/word-counts/1/status")
        #expect((status.json["progress"] as? [String: Any])?["completed"] as? Int == 2)
      }
      let status = try await service.stop()
      #expect(status == 0)
    }

    @Test("has its kind in routes, checks, OpenAPI, metrics, callbacks and doctor: one file, and one name in a list")
    func everywhere() async throws {
      let receiver = try await blocking { try Receiver() }
      let service = try await RunningService.start(options: receiver.options, binary: binary)
      try await blocking { [binary] in
        let client = service.client()
        let refused = try client.send("POST", "/word-counts", body: #"{"txt":"","least":0}"#)
        expectProblem(refused, 422, "invalid-word-count")
        let pointers = (refused.json["errors"] as? [[String: Any]])?.compactMap { $0["pointer"] as? String }
        #expect(Set(pointers ?? []) == ["/text", "/txt", "/least"])
        // A default is filled in for the work, and is no part of what was submitted.
        let body = #"{"text":"a bb ccc"}"#
        let keyed = ["Idempotency-Key": "\"one\""]
        let first = try client.send("POST", "/word-counts", headers: keyed, body: body)
        #expect(try client.send("POST", "/word-counts", headers: keyed, body: body).json["id"] as? Int == 1)
        #expect(first.json["id"] as? Int == 1)
        #expect(try client.send("GET", "/word-counts/1/result", headers: ["Prefer": "wait=30"]).text == #"{"words":3}"#)
        #expect(try client.send("GET", "/word-counts/1").json["text"] as? String == "a bb ccc")
        #expect(try client.send("GET", "/word-counts/1").json["least"] == nil)
        expectProblem(try client.send("DELETE", "/word-counts/1/cancel"), 409, "word-count-already-finished")
        #expect(try client.send("GET", "/").json["collections"] as? [String] == ["/orders", "/word-counts"])
        let kinds = try client.send("GET", "/").json["kinds"] as? [[String: String]] ?? []
        #expect(kinds.map { $0["title"] } == ["Orders", "Word counts"])
        #expect(kinds.last?["description"] == "Counts the words of a text.")
        let description = try client.send("GET", "/openapi.json").text
        for part in [#""/word-counts/{id}/cancel""#, #""WordCountInput""#, #""default":1"#] {
          #expect(description.contains(part), "OpenAPI lacks \(part)")
        }
        let metrics = try client.send("GET", "/metrics").text
        for sample in [
          #"orders_finished_total{kind="word-count",status="complete"} 1"#, #"orders_queued{kind="word-count"} 0"#,
          #"orders_job_run_seconds_count{kind="word-count",outcome="complete"} 1"#,
          #"orders_http_requests_total{route="/word-counts",method="POST",status="202"} 2"#,
        ] { #expect(metrics.contains(sample), "the metrics lack \(sample)") }
        let told = try client.send(
          "POST", "/word-counts", body: #"{"text":"a","callback":"http://127.0.0.1:\#(receiver.port)/own"}"#)
        #expect(told.status == 202)
        try patiently("its end is told by its own name") {
          try receiver.notes().contains { $0.outcome == "word-count.complete" && $0.status == 204 }
        }
        let prefix = "\(service.data)/run/\(service.port)"
        let doctor = try run(binary, ["doctor", "--nginx-prefix", prefix, "--store", "sqlite:\(service.database)"])
        #expect(doctor.status == 0, "\(doctor.output)\(doctor.errors)")
      }
      let status = try await service.stop()
      #expect(status == 0)
    }

    @Test("serves its own kinds alone where it is told to, and its store's other paths are 503, not 404")
    func alone() async throws {
      let folder = try TemporaryFolder()
      let service = try await RunningService.start(folder: folder, binary: binary)
      try await blocking { _ = try service.client().submit() }
      #expect(try await service.stop() == 0)
      let alone = try await RunningService.start(options: ["--no-builtin-kinds"], folder: folder, binary: binary)
      try await blocking {
        let client = alone.client()
        let answer = try client.send("GET", "/orders/1/status")
        expectProblem(answer, 503, "kind-unavailable")
        #expect(answer["retry-after"] == "1")
        expectProblem(try client.send("GET", "/nothing/1"), 404, "not-found")
        #expect(try client.send("GET", "/").json["collections"] as? [String] == ["/word-counts"])
      }
      #expect(try await alone.stop() == 0)
    }
  }
}
