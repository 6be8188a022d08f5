import HTTPTypes
import Jobs
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Submitting twice")
  struct IdempotencyTests {
    private let order = #"{"products":["y","z"],"amount":2.50}"#

    @Test("under one key, quoted or bare, is one order, whatever its state")
    func replay() async throws {
      let service = try OrderService()
      let first = await service.post(order, [.idempotencyKey: #""k-1""#])
      #expect(first.status == 202)
      #expect(first.fields[.idempotentReplayed] == nil)
      let id = JobID(rawValue: 1)
      try await service.finish(service.claim(id), as: .complete([]))
      let again = await service.post(#"{"amount":2.50,"products":["\u0079","z"]}"#, [.idempotencyKey: "k-1"])
      #expect(again.status == 202)
      #expect(again.text == first.text)
      #expect(again.fields[.location] == "/orders/1/status")
      #expect(again.fields[.idempotentReplayed] == "true")
      let waited = await service.post(order, [.idempotencyKey: "k-1", .prefer: "wait=5"])
      #expect(waited.status == 201)
      #expect(waited.fields[.idempotentReplayed] == "true")
      #expect(await service.get("/orders").body["orders"]?.elements.count == 1)
    }

    @Test("under one key with another order is refused")
    func reused() async throws {
      let service = try OrderService()
      _ = await service.post(order, [.idempotencyKey: "k"])
      let answer = await service.post(#"{"products":["y","z"],"amount":2.5}"#, [.idempotencyKey: "k"])
      #expect(answer.status == 422)
      #expect(answer.code == "idempotency-key-reused")
    }

    @Test("a key belongs to a user")
    func users() async throws {
      let service = try OrderService()
      let ids = await [
        service.post(order, [.idempotencyKey: "k"]), service.post(order, [.idempotencyKey: "k"], user: "anna"),
        service.post(order, [.idempotencyKey: "k"], user: "bert"),
        service.post(order, [.idempotencyKey: "k"], user: "anna"),
      ].map { $0.body["id"]?.text }
      #expect(ids == ["1", "2", "3", "2"])
    }

    @Test("a refused submission is not remembered")
    func refused() async throws {
      let service = try OrderService()
      #expect(await service.post("{}", [.idempotencyKey: "k"]).status == 422)
      #expect(await service.post(order, [.idempotencyKey: "k"]).status == 202)
    }

    @Test("a key that is none is refused", arguments: ["", "a b", #""a"#, String(repeating: "k", count: 256)])
    func bad(key: String) async throws {
      let service = try OrderService()
      let answer = await service.post(order, [.idempotencyKey: key])
      #expect(answer.status == 400)
      #expect(answer.code == "bad-idempotency-key")
    }
  }
}
