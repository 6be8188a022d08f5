import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// SIGSTOP inside a write: the worst moment, for nobody else can write then.
  @Suite("A responder stopped in the middle of a write")
  struct StoppedWriterTests {
    @Test(
      "store unavailable: 503 for writes and for nothing else, who holds it is named, and all is well when that ends",
      arguments: [SIGCONT, SIGKILL])
    func stoppedInside(_ end: Int32) async throws {
      let service = try await RunningService.start(processes: 2)
      let pids = try await blocking { try service.responders() }
      defer { for pid in pids { kill(pid, SIGCONT) } }
      let (victim, loads) = try await beside(6) { goesOn in
        service.load(while: goesOn)
      } _: {
        Thread.sleep(forTimeInterval: 0.3)
        let victim = try #require(pids.randomElement())
        try StoreTurn(of: service).stopInsideWrite(victim)
        return victim
      }
      let accepted = loads.flatMap { $0 }
      let known = try #require(accepted.last)
      // nginx has kept connections to the stopped process: what goes there hangs, and is given up with its connection.
      var hanging = 1
      for _ in 1...10 where hanging > 0 {
        hanging = try await concurrently(12) { _ in
          (try? service.client(limit: 1).send("GET", "/orders/\(known)/status"))?.status == 200 ? 0 : 1
        }.reduce(0, +)
      }
      #expect(hanging == 0)

      let (_, reads) = try await beside(2) { goesOn in
        try slowestRead(of: service, known, while: goesOn)
      } _: {
        let took = try seconds {
          let refused = try service.client().send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#)
          expectProblem(refused, 503, "store-unavailable")
          #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
        // The turn limit is 5 s.
        #expect(took < 8, "\(took)")
        let health = try service.client().send("GET", "/healthz")
        expectProblem(health, 503, "store-unavailable")
        #expect(((health.json["holder"] as? [String: Any])?["pid"] as? Int).map(Int32.init) == victim)
      }
      // One that waited for the turn would take five.
      #expect(reads.allSatisfy { $0 < 2 }, "\(reads)")

      kill(victim, end)
      let later = try await blocking {
        // Ten times the promised second.
        try service.insistOnOrder("after", within: .seconds(10))
      }
      try await blocking {
        try patiently("both are there and can write") {
          let health = try? service.client(limit: 2).send("GET", "/healthz")
          return health?.status == 200 && (health?.json["processes"] as? [Any])?.count == 2
        }
        #expect(try service.responders().contains(victim) == (end == SIGCONT))
        try patiently("everything completes") {
          try rows(of: "SELECT count(*) FROM job WHERE status <> 'complete'", in: service.database) == ["0"]
        }
        let stored = try Set(rows(of: "SELECT job FROM result", in: service.database).compactMap { Int($0) })
        #expect(Set(accepted).count == accepted.count)
        #expect(stored.isSuperset(of: accepted + [later]))
      }
      try await service.stopsWell()
      let integrity = try integrity(of: service.database)
      #expect(integrity == "ok")
    }
  }
}

/// The longest time a status or a page took, in seconds.
private func slowestRead(of service: RunningService, _ id: Int, while goesOn: GoesOn) throws -> Double {
  var slowest = 0.0
  while goesOn() {
    for target in ["/orders/\(id)/status", "/orders?order=desc&limit=10"] {
      let took = try seconds {
        let answer = try service.client().send("GET", target)
        #expect(answer.status == 200, "\(target)")
      }
      slowest = max(slowest, took)
    }
    Thread.sleep(forTimeInterval: 0.01)
  }
  return slowest
}
