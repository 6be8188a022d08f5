import TestSupport
import Testing

extension BehindNginx {
  @Suite("A hundred twins", .served(processes: 4, "--pace", "0s"))
  struct TwinTests {
    @Test("at once over four processes make one order, and all get its id", arguments: 1...5)
    func twins(_ round: Int) async throws {
      let service = try #require(Served.service)
      let newest = try await blocking { try service.client().newest() }
      let answers = try await concurrently(100) { _ in
        try service.client().send(
          "POST", "/orders", headers: ["Idempotency-Key": "hundred-\(round)"], body: #"{"products":["a"],"amount":1}"#)
      }
      #expect(answers.count == 100)
      #expect(answers.allSatisfy { $0.status == 202 && $0.json["id"] as? Int == newest + 1 })
      #expect(answers.count { $0["idempotent-replayed"] == nil } == 1)
      let after = try await blocking { try service.client().newest() }
      #expect(after == newest + 1)
    }
  }
}
