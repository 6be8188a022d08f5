import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The contract's tables of cancel and result, a row for each status. An order fails here because the process that
  /// works on it is killed and it may be begun only once: the order's own work can't fail.
  @Suite("Outcomes", .served(processes: 2, "--attempts", "1", "--jobs", "2", "--pace", "50ms"))
  struct OutcomeTests {
    @Test("every status has its answer to cancel and to result")
    func everyStatus() async throws {
      try await served { service in
        let client = service.client()
        let complete = try client.submit(products: 1)
        _ = try client.send("GET", "/orders/\(complete)/status", headers: ["Prefer": "wait=10"])
        // They take every place, so that the last one waits.
        let long = try (1...4).map { _ in try client.submit(products: 1000) }
        try patiently("all places are taken") { try long.allSatisfy { try client.status($0) == "running" } }
        let started = try client.submit(products: 1000)
        #expect(try client.status(started) == "started")

        for id in [started, long[0]] {
          let early = try client.send("GET", "/orders/\(id)/result")
          expectProblem(early, 409, "order-not-finished")
          #expect(early["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }

        try client.expectCancelled(started)
        try client.expectCancelled(long[0])

        let result = try client.send("GET", "/orders/\(complete)/result")
        #expect(result.status == 200)
        #expect(result.text == #"{"id":\#(complete),"products":["a"],"amount":1}"#)
        expectProblem(try client.send("DELETE", "/orders/\(complete)/cancel"), 409, "order-already-finished")
        #expect(try client.status(complete) == "complete")

        for (method, tail) in [("DELETE", "/cancel"), ("GET", "/result"), ("GET", "/status"), ("GET", "")] {
          expectProblem(try client.send(method, "/orders/999999\(tail)"), 404, "not-found", tail)
        }

        let victim = try #require(try service.responders().first)
        kill(victim, SIGKILL)
        try patiently("an order of the killed process fails") {
          try long.contains { try client.status($0) == "failed" }
        }
        for id in long where try client.status(id) == "failed" { try client.expectFailed(id) }
        try client.expectCancelled(started)
      }
    }
  }
}

extension HTTPClient {
  fileprivate func expectCancelled(_ id: Int) throws {
    for _ in 1...3 {
      let cancel = try send("DELETE", "/orders/\(id)/cancel")
      #expect(cancel.status == 204)
      #expect(cancel.body.isEmpty && cancel["content-type"] == nil)
    }
    expectProblem(try send("GET", "/orders/\(id)/result"), 409, "order-cancelled")
    let status = try send("GET", "/orders/\(id)/status").json
    #expect(status["status"] as? String == "cancelled")
    #expect(status["done"] as? Bool == true)
    #expect(status["error"] == nil)
  }

  fileprivate func expectFailed(_ id: Int) throws {
    let status = try send("GET", "/orders/\(id)/status")
    #expect(status.status == 200)
    #expect(status.json["done"] as? Bool == true)
    #expect(status.json["finishedAt"] != nil)
    let percent = (status.json["progress"] as? [String: Any])?["percent"] as? Int
    #expect(percent.map { $0 <= 99 } == true)
    let error = try #require(status.json["error"] as? [String: Any])
    #expect(error["code"] as? String != nil && error["type"] as? String != nil && error["detail"] as? String != nil)
    let result = try send("GET", "/orders/\(id)/result")
    expectProblem(result, 409, "order-failed")
    let told = try #require(result.json["error"] as? [String: Any])
    #expect(told["code"] as? String == error["code"] as? String)
    expectProblem(try send("DELETE", "/orders/\(id)/cancel"), 409, "order-already-finished")
    #expect(try self.status(id) == "failed")
  }
}
