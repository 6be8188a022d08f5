import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The contract's first table through the shipped nginx, line by line.
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
