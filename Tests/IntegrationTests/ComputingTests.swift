import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Work that computes")
  struct ComputingTests {
    @Test("delays nothing but itself: polls, submissions and cancels go on, and no lease lapses")
    func neighbours() async throws {
      let service = try await RunningService.start(binary: RunningService.built("ReportService"))
      let latencies = try await blocking {
        let client = service.client()
        // As many as two processes work on at once. Orders run beside them, in the slots that are theirs alone.
        let ids = try (1...16).map { _ in
          try #require(try client.send("POST", "/computings", body: #"{"seconds":"4"}"#).json["id"] as? Int)
        }
        try patiently("all compute") {
          try ids.allSatisfy {
            try client.send("GET", "/computings/\($0)/status").json["status"] as? String == "running"
          }
        }
        var latencies: [Duration] = []
        for _ in 1...20 {
          latencies.append(
            try ContinuousClock().measure {
              let id = try client.submit()
              _ = try client.status(id)
              let cancel = try client.send("DELETE", "/orders/\(id)/cancel")
              // It may have ended already.
              #expect([204, 409].contains(cancel.status))
            })
        }
        let result = try client.send("GET", "/orders/\(client.submit())/result", headers: ["Prefer": "wait=30"])
        #expect(result.status == 200)
        let first = try client.send("GET", "/computings/\(ids[0])/status").json["status"] as? String
        #expect(first == "running", "an order waited for them")
        for id in ids {
          let end = try client.send("GET", "/computings/\(id)/status", headers: ["Prefer": "wait=30"]).json
          #expect(end["status"] as? String == "complete")
          #expect(end["attempt"] as? Int == 1)
        }
        return latencies
      }
      // Two durable writes and a poll take a few milliseconds when idle; this catches a service that waits for work.
      let late = try #require(latencies.percentile(0.9))
      #expect(late < .seconds(1))
    }
  }
}
