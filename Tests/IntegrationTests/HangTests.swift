import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// A process that lives and does nothing.
  @Suite("A hanging responder")
  struct HangTests {
    @Test("loses its orders to its sibling, stops them when it goes on, changes nothing any more, and works again")
    func stopped() async throws {
      let service = try await RunningService.start(
        options: ["--lease", "1s", "--pace", "1s", "--jobs", "24", "--log-level", "debug"])
      let pids = try await blocking { try service.responders() }
      defer { for pid in pids { kill(pid, SIGCONT) } }
      try await blocking {
        let client = service.client()
        // The short ones have ended when their process is stopped, and their end waits to be written.
        // By two, so that processes that take turns have some of both.
        var (short, long): ([Int], [Int]) = ([], [])
        for _ in 1...4 {
          short += try (1...2).map { _ in try client.submit(products: 1) }
          long += try (1...2).map { _ in try client.submit(products: 4) }
        }
        try patiently("all run, and the short ones are nearly done") {
          try long.allSatisfy { try client.status($0) == "running" }
            && short.allSatisfy { try client.progress($0) ?? 0 >= 75 }
        }
        let held = try pids.map { ($0, try service.orders(of: $0)) }
        let victim = try #require(held.max { $0.1.count < $1.1.count }?.0)
        let turn = try StoreTurn(of: service)
        try turn.take()
        try patiently("the short ones end") {
          let ends = service.log.split(separator: "\n").filter { $0.contains("work ends") }
          return short.allSatisfy { id in ends.contains { $0.contains(" job=\(id) ") } }
        }
        // Nobody is inside a write now, and none of its threads may get into one on its way to stop.
        kill(victim, SIGSTOP)
        try patiently("it is stopped") { try threadStates(of: victim).allSatisfy { $0 == "T" } }
        turn.release()
        let its = try service.orders(of: victim)
        #expect(its.contains { long.contains($0) } && its.contains { short.contains($0) })

        // By time: a lease for the hanging one to lapse, and one for the sibling to know that it could have renewed.
        try patiently("all its orders run elsewhere") {
          try its.allSatisfy { try service.insist("GET", "/orders/\($0)/status").json["attempt"] as? Int == 2 }
        }
        let left = try service.orders(of: victim)
        #expect(left.isEmpty)
        kill(victim, SIGCONT)

        for id in its {
          let word = long.contains(id) ? "work interrupted" : "late end refused"
          try patiently("order \(id): \(word)") { service.log.contains("job=\(id) [Jobs] \(word)") }
          // A late end that counts would have made it complete.
          let now = try client.status(id)
          #expect(now == "running", "order \(id)")
        }
        for id in short + long {
          let status = try service.insist("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"], patience: 25)
          #expect(status.json["status"] as? String == "complete")
          #expect(status.json["attempt"] as? Int == (its.contains(id) ? 2 : 1), "order \(id)")
          let products = repeatElement(#""a""#, count: short.contains(id) ? 1 : 4).joined(separator: ",")
          let result = try client.send("GET", "/orders/\(id)/result")
          #expect(result.text == #"{"id":\#(id),"products":[\#(products)],"amount":1}"#)
        }
        let results = try rows(of: "SELECT job FROM result ORDER BY job", in: service.database)
        #expect(results == (short + long).sorted().map(String.init))

        // More than its sibling has room for.
        let more = try (1...30).map { _ in try client.submit(products: 1) }
        try patiently("it works again") { try !service.orders(of: victim).isEmpty }
        for id in more {
          let status = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"])
          #expect(status.json["attempt"] as? Int == 1)
          #expect(status.json["status"] as? String == "complete")
        }
        let after = try service.responders()
        #expect(after == pids)
      }
      try await service.stopsWell()
      let integrity = try integrity(of: service.database)
      #expect(integrity == "ok")
    }
  }
}

/// A letter for each thread of a process, proc(5).
private func threadStates(of pid: Int32) throws -> [Character] {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").compactMap { thread in
    let line = try String(contentsOfFile: "/proc/\(pid)/task/\(thread)/stat", encoding: .utf8)
    // After the name, which may hold anything and stands in parentheses.
    return line.lastIndex(of: ")").flatMap { line[$0...].dropFirst(2).first }
  }
}
