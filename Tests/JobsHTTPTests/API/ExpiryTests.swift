import HTTPTypes
import Jobs
import Kinds
import Orders
import StrictJSON
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("Orders that are kept for a time only")
  struct ExpiryTests {
    @Test("announce their end with Sunset once they are final, and not before", arguments: JobStatus.allCases)
    func sunset(status: JobStatus) async throws {
      let service = try OrderService(keepFinal: .seconds(60))
      let id = try await service.order(status)
      let end = try await service.store.read(id)?.finishedAt
      let expected = end.map { HTTPDate.text(Timestamp(milliseconds: $0.milliseconds + 60_000)) }
      #expect(await service.get("/orders/1").fields[.sunset] == expected)
      #expect(await service.get("/orders/1/status").fields[.sunset] == expected)
      if status == .complete { #expect(await service.get("/orders/1/result").fields[.sunset] == expected) }
    }

    @Test("are 410 order-expired everywhere when their time is over, and gone from lists")
    func gone() async throws {
      let service = try OrderService(keepFinal: .seconds(60))
      try await service.order(.complete)
      try await service.order(.cancelled)
      try await service.store.expire(Kind.orders.name, endedBefore: Timestamp(milliseconds: .max), limit: 9, at: .now)
      for target in ["/orders/1", "/orders/1/status", "/orders/1/result", "/orders/2/status"] {
        let answer = await service.get(target)
        #expect((answer.status, answer.code) == (410, "order-expired"))
      }
      let cancel = await service.send(.delete, "/orders/2/cancel")
      #expect((cancel.status, cancel.code) == (410, "order-expired"))
      #expect(await service.get("/orders?ids=1,2").text == #"{"orders":[]}"#)
      #expect(await service.get("/orders/3/status").status == 404)
    }

    @Test("never were there for other users")
    func othersNotFound() async throws {
      let service = try OrderService()
      try await service.order(.complete, user: "ann")
      try await service.store.expire(Kind.orders.name, endedBefore: Timestamp(milliseconds: .max), limit: 9, at: .now)
      #expect(await service.get("/orders/1", user: "ann").status == 410)
      #expect(await service.get("/orders/1", user: "bob").status == 404)
      #expect(await service.get("/orders/1").status == 404)
    }

    @Test("are kept for ever unless somebody says otherwise")
    func forEver() async throws {
      let service = try OrderService()
      try await service.order(.complete)
      #expect(await service.get("/orders/1/status").fields[.sunset] == nil)
    }
  }

  @Suite("Dates in header fields")
  struct HTTPDateTests {
    @Test(
      "are RFC 9110's, rounded up to a second",
      arguments: [
        (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1, "Thu, 01 Jan 1970 00:00:01 GMT"), (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (-1000, "Wed, 31 Dec 1969 23:59:59 GMT"), (253_402_300_799_999, "Fri, 31 Dec 9999 23:59:59 GMT"),
      ] as [(Int64, String)])
    func text(milliseconds: Int64, expected: String) {
      #expect(HTTPDate.text(Timestamp(milliseconds: milliseconds)) == expected)
    }
  }
}
