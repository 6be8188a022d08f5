import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `Prefer: wait=N`. A short order takes 0.4 s here, a long one minutes.
  @Suite("Waiting", .served(processes: 2, "--pace", "100ms"))
  struct WaitingTests {
    private static let short = #"{"products":["a"],"amount":1}"#

    private static func cancelSoon(_ id: Int, _ service: RunningService) {
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 0.3)
        _ = try? service.client().send("DELETE", "/orders/\(id)/cancel")
      }
    }

    @Test("a POST that waits gets its 201 in time, else the 202")
    func post() async throws {
      try await served { service in
        let client = service.client()
        let inTime = try client.send(
          "POST", "/orders", headers: ["prefer": "respond-async, wait=\"10\""], body: Self.short)
        #expect(inTime.status == 201)
        #expect(inTime["preference-applied"] == "wait=10")
        let id = try #require(inTime.json["id"] as? Int)
        #expect(inTime["location"] == "/orders/\(id)")

        let products = repeatElement(#""a""#, count: 100).joined(separator: ",")
        let time = try seconds {
          let late = try client.send(
            "POST", "/orders", headers: ["Prefer": "wait=1"], body: #"{"products":[\#(products)],"amount":1}"#)
          #expect(late.status == 202)
          #expect(late.text == #"{"id":\#(id + 1)}"#)
          #expect(late["location"] == "/orders/\(id + 1)/status")
          #expect(late["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
        #expect(time >= 0.9 && time < 5, "\(time)")
      }
    }

    @Test("a status is held until the order is final, or the time is up")
    func status() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(Self.short)
        let final = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=10"])
        #expect(final.json["status"] as? String == "complete")
        #expect(final["preference-applied"] == "wait=10")
        #expect(final["retry-after"] == nil)

        let long = try client.submit(products: 1000)
        let time = try seconds {
          let late = try client.send("GET", "/orders/\(long)/status", headers: ["Prefer": "wait=1"])
          #expect(late.status == 200)
          #expect(late.json["done"] as? Bool == false)
          #expect(late["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
        #expect(time >= 0.9 && time < 5, "\(time)")
        Self.cancelSoon(long, service)
        let cancelled = try client.send("GET", "/orders/\(long)/status", headers: ["Prefer": "wait=20"])
        #expect(cancelled.json["status"] as? String == "cancelled")
      }
    }

    @Test("a result is held until there is one, or never will be")
    func result() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(Self.short)
        let result = try client.send("GET", "/orders/\(id)/result", headers: ["Prefer": "wait=10"])
        #expect(result.status == 200)
        #expect(result.text == #"{"id":\#(id),"products":["a"],"amount":1}"#)
        #expect(result["preference-applied"] == "wait=10")

        let long = try client.submit(products: 1000)
        let time = try seconds {
          let late = try client.send("GET", "/orders/\(long)/result", headers: ["Prefer": "wait=1"])
          expectProblem(late, 409, "order-not-finished")
          #expect(late["retry-after"] != nil)
        }
        #expect(time >= 0.9 && time < 5, "\(time)")
        Self.cancelSoon(long, service)
        let cancelled = try seconds {
          expectProblem(
            try client.send("GET", "/orders/\(long)/result", headers: ["Prefer": "wait=20"]), 409, "order-cancelled")
        }
        #expect(cancelled < 5, "\(cancelled)")
      }
    }

    @Test("a wait is at most 50 s, and is not needed where all is known")
    func clamped() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit(Self.short)
        for wait in ["wait=51", "wait=86400", "wait=99999999999999999999999"] {
          let answer = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": wait])
          #expect(answer.json["done"] as? Bool == true)
          #expect(answer["preference-applied"] == "wait=50")
        }
        expectProblem(
          try client.send("GET", "/orders/999999/status", headers: ["Prefer": "wait=30"]), 404, "not-found")
      }
    }

    @Test("a wait that can't be understood is ignored")
    func bad() async throws {
      try await served { service in
        let client = service.client()
        let long = try client.submit(products: 1000)
        let values = [
          "wait", "wait=", "wait=abc", "wait=-1", "wait=1.5", "wait=0", "wait=1e1", "wait=10s", "wait=\"", "waiting=10",
          "respond-async", "return=minimal", ",", "=10", "wait 10", "wait=é",
        ]
        let time = try seconds {
          for value in values {
            let posted = try client.send("POST", "/orders", headers: ["Prefer": value], body: Self.short)
            #expect(posted.status == 202, "\(value)")
            #expect(posted["preference-applied"] == nil, "\(value)")
            let status = try client.send("GET", "/orders/\(long)/status", headers: ["Prefer": value])
            #expect(status.status == 200 && status["preference-applied"] == nil, "\(value)")
            let result = try client.send("GET", "/orders/\(long)/result", headers: ["Prefer": value])
            #expect(result.status == 409 && result["preference-applied"] == nil, "\(value)")
          }
        }
        #expect(time < 5, "something waited: \(time) s")
      }
    }
  }
}
