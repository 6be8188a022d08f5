import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Orders that expire", .served(processes: 3, "--keep-final", "1s", "--clock-trust", "0s", "--pace", "20ms"))
  struct RetentionTests {
    @Test("announce their Sunset, then are 410 in every process and in no list, while a running one stays")
    func expire() async throws {
      let service = try #require(Served.service)
      let (running, final) = try await blocking {
        let client = service.client()
        let running = try client.submit(products: 1000)
        let complete = try client.submit(products: 1)
        let end = try client.send("GET", "/orders/\(complete)/status", headers: ["Prefer": "wait=10"])
        #expect(end.json["status"] as? String == "complete")
        let sunset = try #require(end["sunset"])
        let finishedAt = try #require(end.json["finishedAt"] as? String)
        let kept = try #require(Self.date(sunset)).timeIntervalSince(try #require(Self.instant(finishedAt)))
        // The field has whole seconds.
        #expect(kept > -0.001 && kept <= 2, "\(sunset), \(finishedAt)")
        let cancelled = try client.submit(products: 1000)
        let cancel = try client.send("DELETE", "/orders/\(cancelled)/cancel")
        #expect(cancel.status == 204)
        let detail = try client.send("GET", "/orders/\(cancelled)")
        #expect(detail.status == 200)
        #expect(detail["sunset"] != nil)
        let other = try client.send("GET", "/orders/\(running)/status")
        #expect(other["sunset"] == nil)
        for id in [complete, cancelled] {
          try patiently("order \(id) expires") { try client.send("GET", "/orders/\(id)").status == 410 }
        }
        return (running, [complete, cancelled])
      }
      // Many connections at once: every process gets some.
      _ = try await concurrently(24) { _ in
        let client = service.client()
        for id in final {
          for (method, tail) in [("GET", ""), ("GET", "/status"), ("GET", "/result"), ("DELETE", "/cancel")] {
            expectProblem(try client.send(method, "/orders/\(id)\(tail)"), 410, "order-expired", tail)
          }
        }
        for query in ["", "?order=desc", "?ids=\(final[0]),\(final[1]),\(running)"] {
          let list = try client.send("GET", "/orders\(query)")
          #expect(list.ids == [running], "\(query)")
        }
        expectProblem(try client.send("GET", "/orders/999"), 404, "not-found")
      }
      try await blocking {
        let client = service.client()
        let still = try client.status(running)
        #expect(still == "running")
        // Its number is not given again.
        let next = try client.submit(products: 1)
        #expect(next > final[1])
      }
    }

    @Test("are told as expired in the stream of all, with the number alone")
    func stream() async throws {
      let service = try #require(Served.service)
      try await blocking {
        let client = service.client()
        let id = try client.submit(products: 1)
        let stream = try EventSocket("/orders/events?ids=\(id)", port: service.port)
        while true {
          let event = try stream.event()
          #expect(event.data["id"] as? Int == id)
          if event.type == "expired" {
            #expect(event.data.count == 1)
            break
          }
          #expect(event.data["status"] is String)
        }
        let answer = try client.send("GET", "/orders/\(id)")
        expectProblem(answer, 410, "order-expired")
      }
    }

    @Test("a key lives as long as its order, and the number of an order is never given again")
    func keysAndNumbers() async throws {
      try await served { service in
        let client = service.client()
        func post() throws -> HTTPClient.Answer {
          try client.send(
            "POST", "/orders", headers: ["Idempotency-Key": "lives", "Prefer": "wait=10"],
            body: #"{"products":["a"],"amount":1}"#)
        }
        let first = try post()
        let id = try #require(first.json["id"] as? Int)
        let again = try post()
        #expect(again.json["id"] as? Int == id && again["idempotent-replayed"] == "true")
        try patiently("it expires") { try client.send("GET", "/orders/\(id)").status == 410 }
        let next = try post()
        #expect(next.status == 201 && next["idempotent-replayed"] == nil)
        #expect(next.json["id"] as? Int ?? 0 > id)
      }
    }

    /// An RFC 9110 date.
    private static func date(_ text: String) -> Date? {
      let formatter = DateFormatter()
      formatter.locale = Locale(identifier: "en_US_POSIX")
      formatter.timeZone = TimeZone(secondsFromGMT: 0)
      formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
      return formatter.date(from: text)
    }

    private static func instant(_ text: String) -> Date? {
      try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
  }
}
