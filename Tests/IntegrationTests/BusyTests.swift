import TestSupport
import Testing

extension BehindNginx {
  @Suite("A full queue", .served(processes: 2, "--jobs", "0", "--queue-limit", "5"))
  struct BusyTests {
    @Test("is 503 busy with Retry-After, and nothing is stored until there is room again")
    func full() async throws {
      try await served { service in
        let client = service.client()
        let body = #"{"products":["a"],"amount":1}"#
        let first = try client.send("POST", "/orders", headers: ["Idempotency-Key": "first"], body: body)
        #expect(first.status == 202)
        let ids = try (2...5).map { _ in try service.client().submit() }
        #expect(ids == [2, 3, 4, 5])
        for _ in 1...6 {
          let busy = try service.client().send("POST", "/orders", headers: ["Idempotency-Key": "later"], body: body)
          expectProblem(busy, 503, "busy")
          #expect(busy["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
          #expect(busy["location"] == nil)
        }
        #expect(try client.send("GET", "/orders").ids == [1, 2, 3, 4, 5])
        #expect(try client.send("GET", "/healthz").json["queued"] as? Int == 5)
        // What was promised is promised still.
        let again = try client.send("POST", "/orders", headers: ["Idempotency-Key": "first"], body: body)
        #expect(again.status == 202)
        #expect(again.json["id"] as? Int == 1)
        expectProblem(try client.send("POST", "/orders", body: "{}"), 422, "invalid-order")
        #expect(try client.send("DELETE", "/orders/3/cancel").status == 204)
        let later = try client.send("POST", "/orders", headers: ["Idempotency-Key": "later"], body: body)
        #expect(later.status == 202)
        #expect(later.json["id"] as? Int == 6)
        #expect(later["idempotent-replayed"] == nil)
        #expect(try service.client().send("POST", "/orders", body: body).status == 503)
      }
    }
  }
}

extension BehindNginx {
  @Suite("A queue worked off", .served(processes: 2, "--jobs", "1", "--pace", "100ms", "--queue-limit", "60"))
  struct BusyRateTests {
    @Test("says when a tenth of it will be done, by the rate of the work")
    func retryAfter() async throws {
      try await served { service in
        let client = service.client()
        let body = #"{"products":["a"],"amount":1}"#
        // Four units of 100 ms each, two at a time: five orders a second, so a tenth of the queue takes two.
        func fill() throws -> HTTPClient.Answer {
          for _ in 1...80 {
            let answer = try service.client().send("POST", "/orders", body: body)
            if answer.status != 202 { return answer }
          }
          throw HTTPClient.Failure(description: "the queue is never full")
        }
        let first = try fill()
        #expect((1...120).contains(first["retry-after"].flatMap { Int($0) } ?? 0), "before the rate is known")
        try patiently(within: 30, "the rate is known") {
          try client.send("GET", "/orders?status=complete").ids.count >= 10
        }
        for _ in 1...10 {
          let busy = try fill()
          expectProblem(busy, 503, "busy")
          let seconds = try #require(busy["retry-after"].flatMap { Int($0) })
          #expect((1...8).contains(seconds), "\(seconds)")
        }
      }
    }
  }
}
