import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Kinds of work beside each other, with nothing configured.
  @Suite("Slots")
  struct SlotTests {
    private func start() async throws -> RunningService {
      try await RunningService.start(binary: RunningService.built("ReportService"))
    }

    private static func running(_ path: String, _ client: HTTPClient) throws -> [Int] {
      let list = try client.send("GET", "/\(path)?status=running&limit=1000")
      return (list.json[path] as? [[String: Any]])?.compactMap { $0["id"] as? Int } ?? []
    }

    private static func submit(_ count: Int, _ path: String, _ body: String, _ client: HTTPClient) throws -> [Int] {
      try (1...count).map { _ in
        try #require(try client.send("POST", "/\(path)", body: body).json["id"] as? Int)
      }
    }

    @Test("are full of one slow kind, or of two: a job of another kind begins and ends all the same")
    func quickBesideSlow() async throws {
      let service = try await start()
      try await blocking {
        let client = service.client()
        let sleeping = #"{"command":"/bin/sleep 120"}"#
        var slow = try Self.submit(20, "programs", sleeping, client)
        try patiently("all slots are taken") { try Self.running("programs", client).count == 16 }
        func order() throws {
          let answer = try client.send(
            "POST", "/orders", headers: ["Prefer": "wait=50"], body: #"{"products":["a"],"amount":1}"#)
          #expect(answer.status == 201)
        }
        try order()
        // One of the second kind in each process, and no more.
        slow += try Self.submit(20, "pauses", #"{"milliseconds":"99999"}"#, client)
        try patiently("the second kind runs too") { try Self.running("pauses", client).count == 2 }
        try order()
        #expect(try Self.running("programs", client).count == 16)
        #expect(try Self.running("pauses", client).count == 2)
        for id in slow.prefix(20) { #expect(try client.send("DELETE", "/programs/\(id)/cancel").status == 204) }
        for id in slow.dropFirst(20) { #expect(try client.send("DELETE", "/pauses/\(id)/cancel").status == 204) }
      }
      let status = try await service.stop()
      #expect(status == 0)
    }

    @Test("of a kind with a limit for all processes: never more run, while processes die and jobs are cancelled")
    func limitedInAll() async throws {
      let service = try await start()
      let ids = try await blocking { try Self.submit(40, "pauses", #"{"milliseconds":"80"}"#, service.client()) }
      let (_, most) = try await beside(1) { goesOn in
        var most = 0
        while goesOn() {
          // While a process starts, its sibling answers.
          if let count = (try? Self.running("pauses", service.client()))?.count { most = max(most, count) }
        }
        return most
      } _: {
        for (index, id) in ids.enumerated() {
          if index % 5 == 0 {
            if let victim = (try? service.responders())?.randomElement() { kill(victim, SIGKILL) }
          }
          if index % 3 == 0 { _ = try service.insist("DELETE", "/pauses/\(id)/cancel") }
          try patiently("job \(id) has ended") {
            let status = try service.insist("GET", "/pauses/\(id)/status").json["status"] as? String
            return ["complete", "cancelled", "failed"].contains(status)
          }
        }
      }
      #expect(most.max() == 3)
      let status = try await service.stop()
      #expect(status == 0)
    }
  }
}
