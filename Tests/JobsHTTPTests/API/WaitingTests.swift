import HTTPTypes
import Jobs
import StrictJSON
import TestSupport
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Waiting instead of polling")
  struct WaitingTests {
    /// Runs `change` once a request waits.
    private func answer(
      of service: OrderService, to request: @escaping @Sendable (OrderService) async -> Answer,
      after change: () async throws -> Void
    ) async throws -> Answer {
      async let answer = request(service)
      try await eventually("a wait") { service.waits.count > 0 }
      try await change()
      return await answer
    }

    @Test("a POST that waits is 201 once the order is complete")
    func created() async throws {
      let service = try OrderService()
      let answer = try await answer(of: service) {
        await $0.post(#"{"products":["y"],"amount":1}"#, [.prefer: "wait=40"])
      } after: {
        try await service.finish(service.claim(JobID(rawValue: 1)), as: .complete([]))
      }
      #expect(answer.status == 201)
      #expect(answer.text == #"{"id":1}"#)
      #expect(answer.fields[.location] == "/orders/1")
      #expect(answer.fields[.preferenceApplied] == "wait=40")
      #expect(answer.fields[.retryAfter] == nil)
    }

    @Test("a POST that waits is the plain 202 when the time is over or the order ends otherwise")
    func accepted() async throws {
      let service = try OrderService()
      let late = await service.post(#"{"products":["y"],"amount":1}"#, [.prefer: "wait=1"])
      let cancelled = try await answer(of: service) {
        await $0.post(#"{"products":["y"],"amount":1}"#, [.prefer: "wait=40"])
      } after: {
        _ = try await service.store.cancel(JobID(rawValue: 2), at: .now)
      }
      for (answer, id) in [(late, 1), (cancelled, 2)] {
        #expect(answer.status == 202)
        #expect(answer.text == #"{"id":\#(id)}"#)
        #expect(answer.fields[.location] == "/orders/\(id)/status")
        #expect(answer.fields[.retryAfter] == "1")
        #expect(answer.fields[.preferenceApplied] == nil)
      }
    }

    @Test("a status is held until the order is final, past other changes")
    func status() async throws {
      let service = try OrderService()
      let id = try await service.order()
      let answer = try await answer(of: service) {
        await $0.get("/orders/1/status", [.prefer: "wait=40"])
      } after: {
        let tenure = try await service.claim(id)
        try await Task.sleep(for: .milliseconds(50))
        try await service.finish(tenure, as: .complete([]))
      }
      #expect(answer.status == 200)
      #expect(answer.body["status"]?.text == "complete")
      #expect(answer.fields[.preferenceApplied] == "wait=40")
    }

    @Test("a status is answered as it is when the time is over")
    func statusTimeout() async throws {
      let service = try OrderService()
      try await service.order()
      let duration = await ContinuousClock().measure {
        let answer = await service.get("/orders/1/status", [.prefer: "wait=1"])
        #expect(answer.status == 200)
        #expect(answer.body["status"]?.text == "started")
        #expect(answer.fields[.retryAfter] == "1")
      }
      #expect(duration >= .milliseconds(990))
    }

    @Test("a status with a tag is held until it differs")
    func statusWithTag() async throws {
      let service = try OrderService()
      let id = try await service.order()
      let tag = try #require(await service.get("/orders/1/status").fields[.eTag])
      let changed = try await answer(of: service) {
        await $0.get("/orders/1/status", [.prefer: "wait=40", .ifNoneMatch: tag])
      } after: {
        _ = try await service.claim(id)
      }
      #expect(changed.status == 200)
      #expect(changed.body["status"]?.text == "running")
      let other = await service.get("/orders/1/status", [.prefer: "wait=40", .ifNoneMatch: tag])
      #expect(other.status == 200)
      let newTag = try #require(changed.fields[.eTag])
      let same = await service.get("/orders/1/status", [.prefer: "wait=1", .ifNoneMatch: newTag])
      #expect(same.status == 304)
      #expect(same.fields[.eTag] == newTag)
    }

    @Test("a final order is never waited for", arguments: [JobStatus.complete, .failed, .cancelled])
    func final(status: JobStatus) async throws {
      let service = try OrderService()
      try await service.order(status)
      let tag = try #require(await service.get("/orders/1/status").fields[.eTag])
      let duration = await ContinuousClock().measure {
        #expect(await service.get("/orders/1/status", [.prefer: "wait=50"]).status == 200)
        #expect(await service.get("/orders/1/status", [.prefer: "wait=50", .ifNoneMatch: tag]).status == 304)
        _ = await service.get("/orders/1/result", [.prefer: "wait=50"])
      }
      #expect(duration < .seconds(20))
    }

    @Test("a result is held until there is one")
    func result() async throws {
      let service = try OrderService()
      let id = try await service.order()
      let answer = try await answer(of: service) {
        await $0.get("/orders/1/result", [.prefer: "wait=40"])
      } after: {
        try await service.finish(service.claim(id), as: .complete(Array("{}".utf8)))
      }
      #expect(answer.status == 200)
      #expect(answer.text == "{}")
      try await service.order()
      #expect(await service.get("/orders/2/result", [.prefer: "wait=1"]).code == "order-not-finished")
    }

    @Test("one client has at most half of the waits: its next one is 429, its POST is a plain 202, and others wait")
    func share() async throws {
      let service = try OrderService(waitLimit: 4)
      for user in ["ann", "bob", nil] { try await service.order(user: user) }
      let held = (1...2).map { _ in
        Task { await service.get("/orders/1/status", [.prefer: "wait=50"], user: "ann") }
      }
      try await eventually("two wait") { service.waits.count == 2 }
      for target in ["/orders/1/status", "/orders/1/result"] {
        let refused = await service.get(target, [.prefer: "wait=50"], user: "ann")
        #expect((refused.status, refused.code) == (429, "too-many-requests"))
        #expect(refused.fields[.retryAfter] != nil)
      }
      // Nothing is refused that need not wait.
      #expect(await service.get("/orders/1/status", user: "ann").status == 200)
      let tagged = await service.get("/orders/1/status", [.prefer: "wait=50", .ifNoneMatch: #""other""#], user: "ann")
      #expect(tagged.status == 200)
      let accepted = await service.post(#"{"products":["y"],"amount":1}"#, [.prefer: "wait=50"], user: "ann")
      #expect(accepted.status == 202)
      #expect(accepted.fields[.preferenceApplied] == nil)

      let others = [
        Task { await service.get("/orders/2/status", [.prefer: "wait=50"], user: "bob") },
        Task { await service.get("/orders/3/status", [.prefer: "wait=50"]) },
      ]
      try await eventually("four wait") { service.waits.count == 4 }
      let full = await service.get("/orders/3/status", [.prefer: "wait=50"])
      #expect((full.status, full.code) == (503, "busy"))
      #expect(full.fields[.retryAfter] != nil)

      // A seat is free again, however its wait ends.
      held[0].cancel()
      _ = await held[0].value
      let again = Task { await service.get("/orders/1/status", [.prefer: "wait=50"], user: "ann") }
      try await eventually("four wait again") { service.waits.count == 4 }
      _ = try await service.store.cancel(JobID(rawValue: 1), at: .now)
      for wait in [held[1], again] { #expect(await wait.value.body["status"]?.text == "cancelled") }
      service.waits.drain()
      for wait in others { #expect(await wait.value.status == 200) }
      #expect(service.failures.isEmpty)
    }

    @Test("a wait ends when the process drains")
    func drains() async throws {
      let service = try OrderService()
      try await service.order()
      let answer = try await answer(of: service) {
        await $0.get("/orders/1/status", [.prefer: "wait=50"])
      } after: {
        service.waits.drain()
      }
      #expect(answer.status == 200)
      #expect(answer.body["status"]?.text == "started")
    }

    @Test("a wait ends when the client has left")
    func leaves() async throws {
      let service = try OrderService()
      try await service.order()
      let request = Task { await service.get("/orders/1/status", [.prefer: "wait=50"]) }
      try await eventually("a wait") { service.waits.count > 0 }
      request.cancel()
      #expect(await request.value.status == 200)
      #expect(service.waits.count == 0)
    }
  }
}
