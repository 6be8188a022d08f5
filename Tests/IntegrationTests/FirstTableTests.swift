import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The contract's first table, a test for each row; see OutcomeTests for the status in every state. A short order takes
  /// 0.2 s here.
  @Suite("The first table, row by row", .served(processes: 2, "--pace", "50ms"))
  struct FirstTableRowTests {
    private static let order = #"{"products":["y","z"],"amount":250}"#

    @Test("GET /orders: 200 with the orders, oldest first", arguments: ["", "/"])
    func list(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let ids = try (1...3).map { _ in try client.submit(Self.order) }
        let list = try client.send("GET", "/orders\(slash)?limit=1000")
        #expect(list.status == 200 && list["content-type"] == "application/json")
        #expect(list.ids == list.ids.sorted() && list.ids.suffix(3) == ids[...])
        let last = try #require((list.json["orders"] as? [[String: Any]])?.last)
        #expect(last["products"] as? [String] == ["y", "z"] && last["amount"] as? Int == 250)
        #expect(["started", "running"].contains(last["status"] as? String ?? ""))
      }
    }

    @Test("POST /orders: 202 with the id and nothing else, Location of its status, Retry-After", arguments: ["", "/"])
    func submit(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        let answer = try client.send("POST", "/orders" + slash, body: Self.order)
        #expect(answer.status == 202 && answer["content-type"] == "application/json")
        #expect(answer.text == #"{"id":\#(newest + 1)}"#)
        #expect(answer["location"] == "/orders/\(newest + 1)/status")
        #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        #expect(answer["preference-applied"] == nil)
      }
    }

    @Test(
      "POST /orders with Prefer: wait=10: 201 with the id and nothing else, Location of the order, Preference-Applied",
      arguments: ["", "/"])
    func submitWaiting(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        let answer = try client.send("POST", "/orders" + slash, headers: ["Prefer": "wait=10"], body: Self.order)
        #expect(answer.status == 201 && answer["content-type"] == "application/json")
        #expect(answer.text == #"{"id":\#(newest + 1)}"#)
        #expect(answer["location"] == "/orders/\(newest + 1)")
        #expect(answer["preference-applied"] == "wait=10")
        #expect(try service.client().status(newest + 1) == "complete")
      }
    }

    @Test("POST /orders with Prefer: wait=1, not complete by then: the 202", arguments: ["", "/"])
    func submitWaitingInVain(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        let products = repeatElement(#""a""#, count: 900).joined(separator: ",")
        let answer = try client.send(
          "POST", "/orders" + slash, headers: ["Prefer": "wait=1"], body: #"{"products":[\#(products)],"amount":1}"#)
        #expect(answer.status == 202 && answer.text == #"{"id":\#(newest + 1)}"#)
        #expect(answer["location"] == "/orders/\(newest + 1)/status" && answer["retry-after"] != nil)
        #expect(answer["preference-applied"] == nil)
        #expect(try client.send("DELETE", "/orders/\(newest + 1)/cancel").status == 204)
      }
    }

    @Test("GET /orders/3: 200 with its members and its status", arguments: ["", "/"])
    func read(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 100)
        try patiently("it runs") { try client.status(id) == "running" }
        let answer = try client.send("GET", "/orders/\(id)" + slash)
        #expect(answer.status == 200 && answer["content-type"] == "application/json")
        #expect(answer.json["id"] as? Int == id && answer.json["amount"] as? Int == 1)
        #expect((answer.json["products"] as? [String])?.count == 100)
        #expect(answer.json["status"] as? String == "running")
        #expect(try client.send("DELETE", "/orders/\(id)/cancel").status == 204)
      }
    }

    @Test("GET /orders/3/status: 200 with its id, its status and more", arguments: ["", "/"])
    func status(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 100)
        let answer = try client.send("GET", "/orders/\(id)/status" + slash)
        #expect(answer.status == 200 && answer["content-type"] == "application/json")
        #expect(answer.json["id"] as? Int == id)
        #expect(["started", "running"].contains(answer.json["status"] as? String ?? ""))
        #expect(try client.send("DELETE", "/orders/\(id)/cancel").status == 204)
      }
    }

    @Test("DELETE /orders/3/cancel: 204, no body", arguments: ["", "/"])
    func cancel(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(products: 100)
        let answer = try client.send("DELETE", "/orders/\(id)/cancel" + slash)
        #expect(answer.status == 204 && answer.body.isEmpty)
        #expect(answer["content-type"] == nil)
        #expect(try service.client().status(id) == "cancelled")
      }
    }

    @Test("GET /orders/3/result: 200 with the order and nothing else, once complete", arguments: ["", "/"])
    func result(_ slash: String) async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(Self.order)
        let early = try client.send("GET", "/orders/\(id)/result" + slash)
        expectProblem(early, 409, "order-not-finished")
        let answer = try client.send("GET", "/orders/\(id)/result" + slash, headers: ["Prefer": "wait=10"])
        #expect(answer.status == 200 && answer["content-type"] == "application/json")
        #expect(answer.text == #"{"id":\#(id),"products":["y","z"],"amount":250}"#)
      }
    }
  }

  /// The contract's first table as a conversation, with more and fewer processes.
  @Suite("The first table")
  struct FirstTableTests {
    @Test("every line holds with and without a trailing slash", arguments: [1, 2, 4])
    func everyLine(processes: Int) async throws {
      let service = try await RunningService.start(processes: processes)
      try await blocking {
        let client = service.client()
        for slash in ["", "/"] {
          let accepted = try client.send("POST", "/orders" + slash, body: #"{"products":["y","z"],"amount":250.10}"#)
          #expect(accepted.status == 202)
          let id = try #require(accepted.json["id"] as? Int)
          #expect(accepted.text == #"{"id":\#(id)}"#)
          #expect(accepted["location"] == "/orders/\(id)/status")
          #expect(accepted["retry-after"].flatMap { Int($0) } ?? 0 >= 1)

          let waited = try client.send(
            "POST", "/orders" + slash, headers: ["Prefer": "wait=10"], body: #"{"products":["a"],"amount":1}"#)
          #expect(waited.status == 201)
          let second = try #require(waited.json["id"] as? Int)
          #expect(second == id + 1)
          #expect(waited.text == #"{"id":\#(second)}"#)
          #expect(waited["location"] == "/orders/\(second)")
          #expect(waited["preference-applied"] == "wait=10")

          let status = try client.send(
            "GET", "/orders/\(id)/status" + slash, headers: ["Prefer": "wait=10"])
          #expect(status.status == 200)
          #expect(status.json["id"] as? Int == id)
          #expect(status.json["status"] as? String == "complete")
          #expect(status.json["done"] as? Bool == true)
          #expect((status.json["progress"] as? [String: Any])?["percent"] as? Int == 100)

          let order = try client.send("GET", "/orders/\(id)" + slash)
          #expect(order.status == 200)
          #expect(order.text.hasPrefix(#"{"id":\#(id),"products":["y","z"],"amount":250.10,"status":"complete""#))

          let result = try client.send("GET", "/orders/\(id)/result" + slash)
          #expect(result.status == 200)
          #expect(result.text == #"{"id":\#(id),"products":["y","z"],"amount":250.10}"#)

          let cancel = try client.send("DELETE", "/orders/\(id)/cancel" + slash)
          #expect(cancel.status == 409)
          #expect(cancel.json["code"] as? String == "order-already-finished")
          #expect(cancel["content-type"] == "application/problem+json")

          let list = try client.send("GET", "/orders" + slash)
          #expect(list.status == 200)
          let ids = (list.json["orders"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? Int }
          #expect(ids == Array(1...second))
        }
      }
      #expect(try await service.stop() == 0)
      #expect(!service.nginxErrors.contains("[alert]") && !service.nginxErrors.contains("[crit]"))
    }

    @Test("an order is polled, cancelled for ever, and has no result")
    func cancelled() async throws {
      let service = try await RunningService.start(options: ["--pace", "60s"])
      try await blocking {
        let client = service.client()
        let id = try client.submit()
        let early = try client.send("GET", "/orders/\(id)/result")
        #expect(early.status == 409)
        #expect(early.json["code"] as? String == "order-not-finished")
        #expect(early["retry-after"] != nil)
        for _ in 1...2 {
          let cancel = try client.send("DELETE", "/orders/\(id)/cancel")
          #expect(cancel.status == 204)
          #expect(cancel.body.isEmpty)
        }
        #expect(try client.status(id) == "cancelled")
        let result = try client.send("GET", "/orders/\(id)/result")
        #expect(result.status == 409)
        #expect(result.json["code"] as? String == "order-cancelled")
        #expect(try client.send("DELETE", "/orders/999/cancel").status == 404)
      }
      #expect(try await service.stop() == 0)
    }
  }
}
