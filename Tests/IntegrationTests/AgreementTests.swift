import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Several processes, one truth.
  @Suite("Processes agree")
  struct AgreementTests {
    @Test("an order posted through one process is there in every other at once, ids unique and none skipped")
    func visibleAtOnce() async throws {
      let service = try await RunningService.start(processes: 4, options: ["--jobs", "0"])
      let ids = try await concurrently(8) { _ in
        let poster = service.client()
        var ids: [Int] = []
        for _ in 1...125 {
          let id = try poster.submit()
          // A new connection each time: whichever process takes it.
          let answer = try service.client().send("GET", "/orders/\(id)/status")
          #expect(answer.status == 200)
          ids.append(id)
        }
        return ids
      }.flatMap { $0 }
      #expect(ids.sorted() == Array(1...1000))
      let listed = try await blocking {
        let answer = try service.client().send("GET", "/orders?limit=1000")
        return (answer.json["orders"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? Int }
      }
      #expect(listed == Array(1...1000))
    }

    @Test("kept-alive clients by the hundred stall nobody, with two workers in one process")
    func manyConnections() async throws {
      let service = try await RunningService.start(processes: 1, options: ["--workers", "2", "--jobs", "0"])
      let id = try await blocking { try service.client().submit() }
      let latencies = try await blocking {
        let clients = (0..<300).map { _ in service.client(limit: 10) }
        var latencies: [Duration] = []
        for _ in 1...5 {
          for client in clients {
            let start = ContinuousClock.now
            let status = try client.status(id)
            #expect(status == "started")
            latencies.append(.now - start)
          }
        }
        return latencies
      }
      // Ten times the promised 100 ms: this catches a hang, not a slow machine.
      let late = try #require(latencies.percentile(0.99))
      #expect(late < .seconds(1))
    }

    @Test("connections opened one after another spread over the processes")
    func spread() async throws {
      let service = try await RunningService.start(processes: 4, options: ["--jobs", "0"])
      let held = try await blocking {
        let pids = try service.responders()
        // Waiting requests hold one upstream connection each; opened one after another.
        let id = try service.client().submit()
        func counts() throws -> [Int] { try pids.map { try service.socketsOpen(in: $0) } }
        let before = try counts()
        let clients = (0..<64).map { _ in service.client() }
        for client in clients {
          try client.write(
            Array("GET /orders/\(id)/status HTTP/1.1\r\nHost: x\r\nPrefer: wait=20\r\n\r\n".utf8))
          Thread.sleep(forTimeInterval: 0.002)
        }
        // nginx may use the few connections it had kept.
        try patiently("all wait") { try counts().reduce(0, +) >= before.reduce(0, +) + 60 }
        let held = try counts()
        _ = try service.client().send("DELETE", "/orders/\(id)/cancel")
        for client in clients { #expect(try client.read().json["status"] as? String == "cancelled") }
        return held
      }
      #expect(held.count == 4)
      // 16 each in the mean; a process that gets nearly all or nothing is what this is about.
      #expect(held.allSatisfy { $0 >= 4 && $0 <= 40 }, "\(held)")
    }
  }
}

extension RunningService {
  /// How many connections from nginx a responder has.
  func socketsOpen(in pid: Int32) throws -> Int {
    let folder = "/proc/\(pid)/fd"
    return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + name))?.hasPrefix("socket:") ?? false
    }
  }
}
