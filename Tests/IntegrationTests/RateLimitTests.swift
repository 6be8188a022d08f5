import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `nginx/orders/rate-limit.conf`.
  @Suite("A limit on submissions", .served())
  struct RateLimitTests {
    private static let order = #"{"products":["a"],"amount":1}"#

    @Test("is off unless it is included")
    func off() async throws {
      try await served { service in
        let client = service.client()
        for _ in 1...200 {
          let answer = try client.send("POST", "/orders", body: Self.order)
          #expect(answer.status == 202)
        }
      }
    }

    @Test("429: a client that submits too fast, with Retry-After; nothing is stored, and polls are never limited")
    func on() async throws {
      try await served { service in
        let gateway = try Gateway(beside: service, server: "include orders/rate-limit.conf;")
        let newest = try service.client().newest()
        let client = gateway.client()
        var accepted = 0
        var refused: [HTTPClient.Answer] = []
        // Fifty at once are allowed, and ten more each second.
        try patiently("submissions are refused") {
          let answer = try client.send("POST", "/orders", body: Self.order)
          if answer.status == 202 { accepted += 1 } else { refused.append(answer) }
          return refused.count == 20
        }
        #expect(accepted >= 50)
        for answer in refused {
          try expectNginxProblem(answer, 429, "too-many-requests", from: gateway)
          #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
        var overHTTP2: HTTPClient.Answer?
        try patiently("one over HTTP/2 is refused") {
          while try client.send("POST", "/orders", body: Self.order).status == 202 { accepted += 1 }
          // Without a body: curl 7.88 may lose an answer that comes before the body is sent.
          overHTTP2 = try gateway.send(over: .http2, "POST", "/orders")
          return overHTTP2?.status == 429
        }
        try expectNginxProblem(try #require(overHTTP2), 429, "too-many-requests", from: gateway)

        for _ in 1...200 {
          let poll = try client.send("GET", "/orders/\(newest + 1)/status")
          #expect(poll.status == 200)
        }
        let list = try gateway.send(over: .http2, "GET", "/orders?limit=1")
        #expect(list.status == 200)
        let cancel = try client.send("DELETE", "/orders/\(newest + 1)/cancel")
        #expect([204, 409].contains(cancel.status))
        let stored = try service.client().newest()
        #expect(stored == newest + accepted)
        try gateway.stopsWell()
      }
    }

    @Test("counts each client by itself, and takes the next order when Retry-After is over")
    func perClient() async throws {
      try await served { service in
        let gateway = try Gateway(beside: service, server: "include orders/rate-limit.conf;")
        let client = gateway.client()
        try patiently("one client is refused") {
          try client.send("POST", "/orders", body: Self.order).status == 429
        }
        let other = try Curl.send("POST", "/orders", body: Self.order, port: gateway.port, "--interface", "127.0.0.2")
        #expect(other.status == 202)
        let took = try seconds {
          try patiently("it is let in again") { try client.send("POST", "/orders", body: Self.order).status == 202 }
        }
        // It said one second, and was asked to keep away for it.
        #expect(took < 5, "\(took)")
        try gateway.stopsWell()
      }
    }
  }
}
