import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Orders out of time", .served(processes: 2, "--job-timeout", "200ms", "--attempts", "2", "--pace", "60s"))
  struct TimeoutTests {
    @Test("between attempts the status is started, and startedAt stays the first start")
    func betweenAttempts() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        var pause: [String: Any] = [:]
        try patiently("its first attempt is over") {
          let answer = try client.send("GET", "/orders/\(id)/status")
          pause = answer.json
          return pause["status"] as? String == "started" && pause["startedAt"] != nil
        }
        #expect(pause["done"] as? Bool == false && pause["attempt"] as? Int == 1)
        #expect(pause["finishedAt"] == nil && pause["error"] == nil)
        let end = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"]).json
        #expect(end["startedAt"] as? String == pause["startedAt"] as? String)
      }
    }

    @Test("are interrupted and tried again after a pause, and fail as timed-out when no attempt is left")
    func timedOut() async throws {
      try await served { service in
        let ids = try (1...10).map { _ in try service.client().submit() }
        let client = service.client()
        let took = try seconds {
          for id in ids {
            let end = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"])
            #expect(end.json["status"] as? String == "failed")
            #expect(end.json["attempt"] as? Int == 2)
            #expect((end.json["error"] as? [String: Any])?["code"] as? String == "timed-out")
            let result = try client.send("GET", "/orders/\(id)/result")
            expectProblem(result, 409, "order-failed")
            #expect((result.json["error"] as? [String: Any])?["code"] as? String == "timed-out")
          }
        }
        // Twice 0.2 s and a look each quarter of a second, and a pause of half a second to one.
        #expect(took > 0.5 && took < 10, "\(took)")
        // The places are free again: nothing runs on.
        let running = try client.send("GET", "/healthz").json["processes"] as? [[String: Any]] ?? []
        #expect(running.count == 2)
        #expect(running.allSatisfy { $0["running"] as? Int == 0 && $0["ignoringCancellation"] == nil }, "\(running)")
      }
    }
  }
}
