import HTTPTypes
import Jobs
import StrictJSON
import Testing

@testable import FastCGI
@testable import JobsHTTP

extension APITests {
  @Suite("Whose order it is")
  struct OwnershipTests {
    @Test(
      "everyone else's order is not there, for reading, cancelling and in lists",
      arguments: [
        (nil, "anna"), ("anna", nil), ("anna", "bert"),
        // Alike for people, and for Swift: in one character or in two, and the sign for kelvin.
        ("jos\u{e9}", "jose\u{301}"), ("Kate", "\u{212a}ate"),
      ] as [(String?, String?)])
    func others(owner: String?, other: String?) async throws {
      let service = try OrderService()
      try await service.order(.running, user: owner)
      for target in ["/orders/1", "/orders/1/status", "/orders/1/result"] {
        #expect(await service.get(target, user: other).status == 404)
      }
      #expect(await service.send(.delete, "/orders/1/cancel", user: other).status == 404)
      #expect(await service.get("/orders", user: other).text == #"{"orders":[]}"#)
      #expect(await service.get("/orders?ids=1", user: other).text == #"{"orders":[]}"#)
      #expect(await service.get("/orders/1", user: owner).body["status"]?.text == "running")
      #expect(await service.get("/orders", user: owner).body["orders"]?.elements.count == 1)
      #expect(await service.send(.delete, "/orders/1/cancel", user: owner).status == 204)
    }

    @Test("a name that is not UTF-8 is refused: two of them would be one user")
    func unreadable() async throws {
      let service = try OrderService()
      for name in ["j\u{f6}rg", "j\u{e4}rg"] {
        var parameters = Parameters([(name: "REQUEST_ID", value: "r1")])
        parameters.append("REMOTE_USER".utf8, name.unicodeScalars.map { UInt8($0.value) })
        let answer = Answer(
          await service.api.respond(to: Request(method: .get, target: "/orders", parameters: parameters)))
        #expect(answer.status == 400)
        #expect(answer.body["code"]?.text == "unreadable-user")
      }
    }

    @Test("an empty user is nobody")
    func empty() async throws {
      let service = try OrderService()
      try await service.order(user: "")
      #expect(await service.get("/orders/1").status == 200)
    }

    @Test("one user's list is never the cached one of another")
    func tags() async throws {
      let service = try OrderService()
      try await service.order(user: "anna")
      let tag = try #require(await service.get("/orders", user: "anna").fields[.eTag])
      #expect(await service.get("/orders", [.ifNoneMatch: tag], user: "anna").status == 304)
      #expect(await service.get("/orders", [.ifNoneMatch: tag], user: "bert").status == 200)
    }
  }
}
