import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The contract's tables of cancel and result, a test for each row. An order fails here because the process that works
  /// on it is killed and it may be begun only once: the order's own work can't fail.
  @Suite("Outcomes", .served(processes: 2, "--attempts", "1", "--jobs", "2", "--pace", "50ms"))
  struct OutcomeTests {
    @Test("cancel of an order that is started or running: 204", arguments: ["started", "running"])
    func cancelUnfinished(_ status: String) async throws {
      try await served { service in
        let id = try service.order(status)
        try service.client().expectCancelled(id, times: 1)
        let result = try service.client().send("GET", "/orders/\(id)/result")
        expectProblem(result, 409, "order-cancelled")
      }
    }

    @Test("cancel of an order that is cancelled: 204 again")
    func cancelCancelled() async throws {
      try await served { service in
        let id = try service.order("cancelled")
        let tag = try service.client().send("GET", "/orders/\(id)/status")["etag"]
        try service.client().expectCancelled(id, times: 3)
        let after = try service.client().send("GET", "/orders/\(id)/status")["etag"]
        #expect(after == tag)
      }
    }

    @Test(
      "cancel of an order that is complete or failed: 409 order-already-finished", arguments: ["complete", "failed"])
    func cancelFinished(_ status: String) async throws {
      try await served { service in
        let id = try service.order(status)
        let before = try service.client().send("GET", "/orders/\(id)/status")
        for _ in 1...2 {
          let cancel = try service.client().send("DELETE", "/orders/\(id)/cancel")
          expectProblem(cancel, 409, "order-already-finished")
        }
        let after = try service.client().send("GET", "/orders/\(id)/status")
        #expect(after.body == before.body && after["etag"] == before["etag"])
      }
    }

    @Test("cancel of an order that is unknown: 404")
    func cancelUnknown() async throws {
      try await served { service in
        for (method, tail) in [("DELETE", "/cancel"), ("GET", "/result"), ("GET", "/status"), ("GET", "")] {
          let answer = try service.client().send(method, "/orders/999999\(tail)")
          expectProblem(answer, 404, "not-found", tail)
        }
      }
    }

    @Test(
      "result of an order that is started or running: 409 order-not-finished, Retry-After; with Prefer: wait held first",
      arguments: ["started", "running"])
    func resultUnfinished(_ status: String) async throws {
      try await served { service in
        let id = try service.order(status)
        let client = service.client()
        let early = try client.send("GET", "/orders/\(id)/result")
        expectProblem(early, 409, "order-not-finished")
        #expect(early["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        let took = try seconds {
          let late = try client.send("GET", "/orders/\(id)/result", headers: ["Prefer": "wait=1"])
          expectProblem(late, 409, "order-not-finished")
          #expect(late["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
        #expect(took >= 0.9 && took < 5, "\(took)")
      }
    }

    @Test("result of an order that is failed: 409 order-failed, with the order's own error")
    func resultFailed() async throws {
      try await served { service in
        let id = try service.order("failed")
        let result = try service.client().send("GET", "/orders/\(id)/result")
        expectProblem(result, 409, "order-failed")
        let status = try service.client().send("GET", "/orders/\(id)/status").json
        let error = try #require(status["error"] as? [String: Any])
        for member in ["type", "title", "detail", "code"] { #expect((error[member] as? String)?.isEmpty == false) }
        let told = try #require(result.json["error"] as? [String: Any])
        #expect(told["code"] as? String == "worker-lost" && error["code"] as? String == "worker-lost")
        #expect(told["detail"] as? String == error["detail"] as? String)
      }
    }

    @Test("result of an order that is cancelled: 409 order-cancelled")
    func resultCancelled() async throws {
      try await served { service in
        let id = try service.order("cancelled")
        let result = try service.client().send("GET", "/orders/\(id)/result")
        expectProblem(result, 409, "order-cancelled")
        #expect(result.json["error"] == nil && result["retry-after"] == nil)
      }
    }

    @Test(
      "GET /orders/3/status: 200 in every state, failed and cancelled too",
      arguments: ["started", "running", "complete", "failed", "cancelled"])
    func everyState(_ status: String) async throws {
      try await served { service in
        let id = try service.order(status)
        let isFinal = !["started", "running"].contains(status)
        for slash in ["", "/"] {
          let answer = try service.client().send("GET", "/orders/\(id)/status" + slash)
          #expect(answer.status == 200)
          #expect(answer.json["id"] as? Int == id && answer.json["status"] as? String == status)
          #expect(answer.json["done"] as? Bool == isFinal)
          #expect((answer["retry-after"] == nil) == isFinal)
          #expect((answer.json["finishedAt"] != nil) == isFinal)
          #expect((answer.json["error"] != nil) == (status == "failed"))
          // Never forced to 100 by a failure.
          let percent = (answer.json["progress"] as? [String: Any])?["percent"] as? Int
          #expect(status == "complete" ? percent == 100 : percent ?? 100 <= 99)
          let order = try service.client().send("GET", "/orders/\(id)" + slash)
          #expect(order.status == 200 && order.json["status"] as? String == status)
        }
      }
    }
  }
}

extension RunningService {
  /// A new order with this status. What other tests left is cancelled, for it would keep the places.
  fileprivate func order(_ status: String) throws -> Int {
    let client = client()
    for id in try client.send("GET", "/orders?limit=1000&status=started&status=running").ids {
      _ = try client.send("DELETE", "/orders/\(id)/cancel")
    }
    if status == "started" {
      let others = try (1...4).map { _ in try client.submit(products: 1000) }
      try patiently("all places are taken") { try others.allSatisfy { try client.status($0) == "running" } }
    }
    let id = try client.submit(products: status == "complete" ? 1 : 1000)
    switch status {
    case "cancelled": try client.expectCancelled(id, times: 1)
    case "failed":
      var holder: Int32?
      try patiently("order \(id) runs in a process") {
        holder = try responders().first { try orders(of: $0).contains(id) }
        return holder != nil
      }
      if let holder { kill(holder, SIGKILL) }
      try patiently("both processes are there again") {
        let pids = (try? responders()) ?? []
        return pids.count == 2 && !pids.contains { $0 == holder }
      }
    default: break
    }
    try patiently("order \(id) is \(status)") { try self.client().status(id) == status }
    return id
  }
}

extension HTTPClient {
  fileprivate func expectCancelled(_ id: Int, times: Int) throws {
    for _ in 1...times {
      let cancel = try send("DELETE", "/orders/\(id)/cancel")
      #expect(cancel.status == 204)
      #expect(cancel.body.isEmpty && cancel["content-type"] == nil)
    }
    let status = try send("GET", "/orders/\(id)/status").json
    #expect(status["status"] as? String == "cancelled")
    #expect(status["done"] as? Bool == true)
    #expect(status["error"] == nil)
  }
}
