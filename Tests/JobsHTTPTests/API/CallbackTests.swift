import HTTPTypes
import Jobs
import JobsSQLite
import Kinds
import Orders
import SecondKind
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("The member callback")
  struct CallbackTests {
    private func service() throws -> OrderService {
      try OrderService(kinds: [.orders, .digests], callbacks: CallbackRules { $0 == "127.0.0.1" })
    }

    private func pointers(_ answer: Answer) -> [String?] {
      answer.body["errors"]?.elements.map { $0["pointer"]?.text } ?? []
    }

    @Test("is unknown where there are no callbacks")
    func unknown() async throws {
      let service = try OrderService()
      let answer = await service.post(#"{"products":["a"],"amount":1,"callback":"https://a.example/"}"#)
      #expect(answer.status == 422)
      #expect(answer.body["errors"]?.elements.first?["detail"]?.text == "This member is not known here.")
      #expect(pointers(answer) == ["/callback"])
    }

    @Test("is taken with an order, shows in no answer, and is called when the order has ended")
    func taken() async throws {
      let service = try service()
      let answer = await service.post(#"{"callback":"https://a.example/?k=1","products":["a"],"amount":1}"#)
      #expect(answer.text == #"{"id":1}"#)
      #expect(await service.get("/orders/1").text == #"{"id":1,"products":["a"],"amount":1,"status":"started"}"#)
      #expect(await !service.get("/orders").text.contains("example"))
      let store = try #require(service.store as? SQLiteJobStore)
      try await service.finish(service.claim(JobID(rawValue: 1)), as: .complete([]))
      let delivery = try #require(try await store.claimCallbacks(9, lease: .seconds(9)).first)
      #expect(delivery.url == "https://a.example/?k=1")
      let payload = try JSONReader.read(CallbackPayload.bytes(of: delivery.job, in: [.orders]))
      #expect(payload.names == ["type", "timestamp", "data"])
      #expect(payload["type"]?.text == "order.complete")
      #expect(payload["timestamp"] == payload["data"]?["finishedAt"])
      #expect(await payload["data"] == service.get("/orders/1/status").body)
    }

    @Test("is known to every kind")
    func everyKind() async throws {
      let service = try service()
      let answer = await service.post(#"{"file":"/a","callback":"https://a.example/"}"#, to: "/reports")
      #expect(answer.status == 202)
      let store = try #require(service.store as? SQLiteJobStore)
      _ = try await store.cancel(JobID(rawValue: 1), at: .now)
      let delivery = try #require(try await store.claimCallbacks(9, lease: .seconds(9)).first)
      let payload = try JSONReader.read(CallbackPayload.bytes(of: delivery.job, in: [.orders, .digests]))
      #expect(payload["type"]?.text == "report.cancelled")
    }

    @Test("is refused together with everything else that is wrong")
    func refused() async throws {
      let service = try service()
      let both = await service.post(#"{"products":[],"callback":"ftp://a","x":1,"x":1}"#)
      #expect(both.status == 422)
      #expect(both.code == "invalid-order")
      #expect(Set(pointers(both)) == ["/x", "/products", "/amount", "/callback"])
      for callback in ["1", "null", #""https://127.0.0.2/""#, #""https://10.0.0.1/""#, #""http://a.example/""#] {
        let answer = await service.post(#"{"products":["a"],"amount":1,"callback":\#(callback)}"#)
        #expect(pointers(answer) == ["/callback"], "\(callback)")
      }
      let twice = await service.post(
        #"{"products":["a"],"amount":1,"callback":"https://a/","callback":"https://a/"}"#)
      #expect(pointers(twice) == ["/callback"])
      #expect(await service.post("[]").status == 422)
      #expect(await service.get("/orders").body["orders"]?.elements.count == 0)
    }

    @Test("under one idempotency key has to be the same")
    func idempotency() async throws {
      let service = try service()
      func post(_ callback: String) async -> Int {
        await service.post(#"{"products":["a"],"amount":1\#(callback)}"#, [.idempotencyKey: "k"]).status
      }
      #expect(await post(#","callback":"https://a.example/""#) == 202)
      #expect(await post(#","callback":"https://a.example/""#) == 202)
      #expect(await post(#","callback":"https://b.example/""#) == 422)
      #expect(await post("") == 422)
    }
  }
}
