import HTTPTypes
import Jobs
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("DELETE /orders/{id}/cancel")
  struct CancellingTests {
    @Test("cancels what is not finished, as often as it is told", arguments: [JobStatus.started, .running, .cancelled])
    func cancels(status: JobStatus) async throws {
      let service = try OrderService()
      try await service.order(status)
      for _ in 1...3 {
        let answer = await service.send(.delete, "/orders/1/cancel")
        #expect(answer.status == 204)
        #expect(answer.isBodyless)
      }
      #expect(await service.get("/orders/1").body["status"]?.text == "cancelled")
    }

    @Test(
      "has nothing to answer but problems, so that an Accept of either kind of JSON will do",
      arguments: [
        ("application/problem+json", 204), ("application/json", 204), ("*/*;q=0, application/problem+json;q=0.1", 204),
        ("text/html", 406), ("application/problem+json;q=0", 406),
      ])
    func accept(value: String, status: Int) async throws {
      let service = try OrderService()
      try await service.order()
      #expect(await service.send(.delete, "/orders/1/cancel", [.accept: value]).status == status)
      #expect(await service.get("/orders/1", [.accept: "application/problem+json"]).status == 406)
    }

    @Test("wins against a result that arrives later")
    func lateResult() async throws {
      let service = try OrderService()
      let tenure = try await service.claim(service.order())
      #expect(await service.send(.delete, "/orders/1/cancel").status == 204)
      #expect(try await service.finish(tenure, as: .complete([])) == false)
      #expect(await service.get("/orders/1/result").code == "order-cancelled")
    }

    @Test("refuses what is finished", arguments: [JobStatus.complete, .failed])
    func finished(status: JobStatus) async throws {
      let service = try OrderService()
      try await service.order(status)
      let answer = await service.send(.delete, "/orders/1/cancel/")
      #expect(answer.status == 409)
      #expect(answer.code == "order-already-finished")
      #expect(await service.get("/orders/1").body["status"]?.text == status.rawValue)
    }

    @Test("is 404 for an unknown order")
    func unknown() async throws {
      #expect(try await OrderService().send(.delete, "/orders/7/cancel").status == 404)
    }
  }
}
