import TestSupport
import Testing

extension BehindNginx {
  @Suite("Submitting twice", .served(processes: 4, "--pace", "0s"))
  struct IdempotencyTests {
    private static let body = #"{"products":["a","b"],"amount":1.50}"#

    @Test("the same key and order is the first order again, whatever its state now")
    func replay() async throws {
      try await served { service in
        let client = service.client()
        let first = try client.send("POST", "/orders", headers: ["Idempotency-Key": #""key-1""#], body: Self.body)
        #expect(first.status == 202)
        #expect(first["idempotent-replayed"] == nil)
        let id = try #require(first.json["id"] as? Int)
        // Quoted and bare are one key; spelling and order of the members don't matter.
        let spellings = [
          (#""key-1""#, Self.body), ("key-1", Self.body),
          ("key-1", "{ \"amount\" : 1.50 ,\n\"products\":[\"\\u0061\", \"b\"] }"),
        ]
        for (key, body) in spellings {
          let again = try service.client().send("POST", "/orders", headers: ["Idempotency-Key": key], body: body)
          #expect(again.status == 202)
          #expect(again.text == first.text)
          #expect(again["location"] == "/orders/\(id)/status")
          #expect(again["idempotent-replayed"] == "true")
          #expect(again["retry-after"] != nil)
        }
        let waited = try client.send(
          "POST", "/orders", headers: ["Idempotency-Key": "key-1", "Prefer": "wait=10"], body: Self.body)
        #expect(waited.status == 201)
        #expect(waited["location"] == "/orders/\(id)")
        #expect(waited["idempotent-replayed"] == "true" && waited["preference-applied"] == "wait=10")
        #expect(try client.newest() == id)
        let other = try client.send("POST", "/orders", headers: ["Idempotency-Key": "Key-1"], body: Self.body)
        #expect(other.json["id"] as? Int == id + 1)
        #expect(other["idempotent-replayed"] == nil)
      }
    }

    @Test("the same key with another order is 422 idempotency-key-reused")
    func reused() async throws {
      try await served { service in
        let client = service.client()
        let id = try #require(
          try client.send("POST", "/orders", headers: ["Idempotency-Key": "reused"], body: Self.body).json["id"] as? Int
        )
        let others = [
          #"{"products":["a","b"],"amount":1.5}"#, #"{"products":["b","a"],"amount":1.50}"#,
          #"{"products":["a"],"amount":1.50}"#,
        ]
        for body in others {
          expectProblem(
            try client.send("POST", "/orders", headers: ["Idempotency-Key": "\"reused\""], body: body), 422,
            "idempotency-key-reused", body)
        }
        #expect(try client.newest() == id)
      }
    }

    @Test("a refused submission leaves its key free, and a bad key is refused")
    func refused() async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        for body in ["{}", "{", #"{"products":[],"amount":1}"#] {
          let status = try client.send("POST", "/orders", headers: ["Idempotency-Key": "free"], body: body).status
          #expect([400, 422].contains(status))
        }
        let bad = [
          "", "\"\"", "a b", "\"open", "é", "\"a\u{7f}\"", String(repeating: "k", count: 256), "\"a\"b",
        ]
        for key in bad {
          expectProblem(
            try client.send("POST", "/orders", headers: ["Idempotency-Key": key], body: Self.body), 400, nil, key)
        }
        #expect(try client.newest() == newest)
        for key in ["free", String(repeating: "k", count: 255), "\"!~\"", "x"] {
          let answer = try client.send("POST", "/orders", headers: ["Idempotency-Key": key], body: Self.body)
          #expect(answer.status == 202, "\(key)")
          #expect(answer["idempotent-replayed"] == nil)
        }
        #expect(try client.newest() == newest + 4)
      }
    }

    @Test("many twins at once, on several processes, make exactly one order")
    func twins() async throws {
      let service = try #require(Served.service)
      for round in 1...10 {
        let newest = try await blocking { try service.client().newest() }
        let answers = try await concurrently(24) { number in
          try service.client().send(
            "POST", "/orders",
            headers: ["Idempotency-Key": number % 2 == 0 ? "twin-\(round)" : "\"twin-\(round)\""], body: Self.body)
        }
        #expect(answers.allSatisfy { $0.status == 202 && $0.json["id"] as? Int == newest + 1 })
        #expect(answers.count { $0["idempotent-replayed"] == nil } == 1)
        #expect(try await blocking { try service.client().newest() } == newest + 1)
      }
    }
  }
}
