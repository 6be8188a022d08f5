import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Cancel")
  struct CancelTests {
    @Test("through one process interrupts the work in another")
    func acrossProcesses() async throws {
      let service = try await RunningService.start(processes: 2, options: ["--pace", "60s", "--jobs", "8"])
      try await blocking {
        let client = service.client()
        for _ in 1...100 {
          let id = try client.submit()
          try patiently("order \(id) runs") { try client.status(id) == "running" }
          // A connection of its own each time: any process takes it.
          #expect(try service.client().send("DELETE", "/orders/\(id)/cancel").status == 204)
          // The slot is free when the work was interrupted, in whichever process it ran.
          try patiently("the work of order \(id) is interrupted") {
            service.log.contains("job=\(id) [Jobs] work interrupted")
          }
          #expect(try client.status(id) == "cancelled")
        }
      }
    }

    @Test("racing with the finish leaves one winner, and a cancelled order never completes")
    func race() async throws {
      let service = try await RunningService.start(processes: 2)
      let outcomes = try await concurrently(8) { number in
        let client = service.client()
        var outcomes: [(id: Int, cancelled: Bool)] = []
        for round in 1...150 {
          let id = try client.submit()
          // Spread over the life of an order that takes about a millisecond.
          Thread.sleep(forTimeInterval: Double((round * 7 + number) % 20) / 10_000)
          let answer = try client.send("DELETE", "/orders/\(id)/cancel")
          #expect([204, 409].contains(answer.status))
          outcomes.append((id, answer.status == 204))
        }
        return outcomes
      }.flatMap { $0 }
      let (cancelled, wrong) = try await blocking {
        let client = service.client()
        var wrong: [Int] = []
        for (id, wasCancelled) in outcomes {
          let status = try client.status(id)
          let result = try client.send("GET", "/orders/\(id)/result").status
          if status != (wasCancelled ? "cancelled" : "complete") || result != (wasCancelled ? 409 : 200) {
            wrong.append(id)
          }
        }
        return (outcomes.count { $0.cancelled }, wrong)
      }
      #expect(wrong.isEmpty)
      #expect(cancelled > 0 && cancelled < outcomes.count, "both sides have to win now and then: \(cancelled)")
    }
  }
}
