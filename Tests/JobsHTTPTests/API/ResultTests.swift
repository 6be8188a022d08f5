import HTTPTypes
import Jobs
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("GET /orders/{id}/result")
  struct ResultTests {
    @Test("is what the work returned, byte for byte")
    func complete() async throws {
      let service = try OrderService()
      try await service.order(.complete)
      let answer = await service.get("/orders/1/result")
      #expect(answer.status == 200)
      #expect(answer.text == #"{"result":1}"#)
      #expect(answer.fields[.contentType] == "application/json")
      let head = await service.send(.head, "/orders/1/result")
      #expect(head.status == 200 && head.text.isEmpty)
      #expect(head.fields[.contentLength] == "12")
      #expect(head.fields[.contentType] == "application/json" && head.fields[.eTag] == answer.fields[.eTag])
      let tag = try #require(answer.fields[.eTag])
      #expect(await service.get("/orders/1/result", [.ifNoneMatch: tag]).status == 304)
    }

    @Test("is 409 while there is none, and says when to ask again", arguments: [JobStatus.started, .running])
    func notFinished(status: JobStatus) async throws {
      let service = try OrderService()
      try await service.order(status)
      let answer = await service.get("/orders/1/result")
      #expect(answer.status == 409)
      #expect(answer.code == "order-not-finished")
      #expect(answer.fields[.retryAfter] == "1")
    }

    @Test("is 409 where there never will be one")
    func withoutResult() async throws {
      let service = try OrderService()
      try await service.order(.failed)
      try await service.order(.cancelled)
      let failed = await service.get("/orders/1/result")
      #expect(failed.status == 409)
      #expect(failed.code == "order-failed")
      #expect(failed.body["error"]?["code"]?.text == "out-of-stock")
      #expect(failed.body["error"]?["detail"]?.text == "None left.")
      let cancelled = await service.get("/orders/2/result")
      #expect(cancelled.status == 409)
      #expect(cancelled.code == "order-cancelled")
    }
  }
}
