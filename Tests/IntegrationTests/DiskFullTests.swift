import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("A full disk")
  struct DiskFullTests {
    private static let body = #"{"products":["a"],"amount":1}"#

    @Test("disk full: 503 store-unavailable and no 202; reads go on, nothing is lost, it is over when there is room")
    func full() async throws {
      try await SmallDisk.mounted(megabytes: 24) { disk in
        let service = try await RunningService.start(
          options: ["--pace", "300ms", "--lease", "1s"], folder: disk.folder)
        try await blocking { try fillAndEmpty(disk, service) }
        #expect(try await service.stop() == 0)
        let integrity = try integrity(of: service.database)
        #expect(integrity == "ok")
      }
    }

    @Test("disk full: a shutdown ends in its time though nothing is given back, and all is done after the next start")
    func shutdown() async throws {
      try await SmallDisk.mounted(megabytes: 24) { disk in
        let service = try await RunningService.start(
          options: ["--pace", "300ms", "--drain", "1s"], folder: disk.folder)
        let accepted = try await blocking {
          let client = service.client()
          let accepted = try (1...20).map { _ in try client.submit(products: 7) }
          try patiently("places are taken") { try accepted.filter { try client.status($0) == "running" }.count == 16 }
          try disk.fill()
          try patiently("the log tells that the store can't be written") { service.log.contains("can't be written") }
          return accepted
        }
        #expect(try await service.stop() == 0)
        #expect(service.log.contains("not given back"))
        try await blocking { try disk.empty() }
        let again = try await RunningService.start(options: ["--pace", "0s"], folder: disk.folder)
        try await blocking {
          let client = again.client()
          for id in accepted { try patiently("order \(id) completes") { try client.status(id) == "complete" } }
        }
        try await again.stopsWell()
      }
    }

    private func fillAndEmpty(_ disk: SmallDisk, _ service: RunningService) throws {
      let client = service.client()
      let pids = try service.responders()
      // Some run, and some wait.
      var accepted = try (1...20).map { _ in try client.submit(products: 7) }
      try patiently("places are taken") { try accepted.filter { try client.status($0) == "running" }.count == 16 }
      let keyed = ["Idempotency-Key": "before"]
      accepted.append(
        try #require(try client.send("POST", "/orders", headers: keyed, body: Self.body).json["id"] as? Int))

      try disk.fill()
      // The log of the store has some room in pages it has already.
      var refused = 0
      try patiently("posts are refused") {
        let answer = try service.client().send("POST", "/orders", body: Self.body)
        if answer.status == 202, let id = answer.json["id"] as? Int { accepted.append(id) }
        refused = answer.status == 503 ? refused + 1 : 0
        return refused >= 10
      }
      // A process that had nothing to write doesn't know yet; each renews its lease within a third of a second.
      refused = 0
      try patiently("every process says so") {
        Thread.sleep(forTimeInterval: 0.05)
        refused = try service.client().send("GET", "/healthz").status == 503 ? refused + 1 : 0
        return refused >= 20
      }
      let newest = try client.newest()
      for _ in 1...10 {
        let post = try service.client().send("POST", "/orders", body: Self.body)
        expectProblem(post, 503, "store-unavailable")
        #expect(post["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        #expect(post["location"] == nil)
        let cancel = try service.client().send("DELETE", "/orders/\(accepted[19])/cancel")
        expectProblem(cancel, 503, "store-unavailable")
        #expect(cancel["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        let slowest = try seconds {
          let status = try service.client().send("GET", "/orders/\(accepted[19])/status")
          #expect(status.status == 200)
          let list = try service.client().send("GET", "/orders?limit=10")
          #expect(list.ids == Array(1...10))
        }
        #expect(slowest < 2)
        // One that has nothing to write is no sign that writing works. It fails where it shares its transaction with one
        // that has, as any of the running orders' renewals.
        let again = service.client()
        try patiently("a twin is answered") {
          let twin = try again.send("POST", "/orders", headers: keyed, body: Self.body)
          if twin.status != 202 { expectProblem(twin, 503, "store-unavailable") }
          return twin["idempotent-replayed"] == "true"
        }
        let health = try again.send("GET", "/healthz")
        expectProblem(health, 503, "store-unavailable")
        Thread.sleep(forTimeInterval: 0.2)
      }
      #expect(try client.newest() == newest)
      #expect(try service.responders() == pids)

      try disk.empty()
      try patiently("posts are accepted again") {
        let answer = try service.client().send("POST", "/orders", body: Self.body)
        if answer.status == 202, let id = answer.json["id"] as? Int { accepted.append(id) }
        return answer.status == 202
      }
      #expect(Set(accepted).count == accepted.count)
      for id in accepted {
        try patiently("order \(id) completes") { try client.status(id) == "complete" }
        let attempt = try client.send("GET", "/orders/\(id)/status").json["attempt"] as? Int
        #expect(attempt == 1, "order \(id)")
      }
      try patiently("all is well") { try service.client().send("GET", "/healthz").status == 200 }
      #expect(try service.responders() == pids)
      // Nothing that was refused is there.
      let stored = try rows(of: "SELECT id FROM job ORDER BY id", in: service.database)
      #expect(stored == accepted.sorted().map(String.init))
    }
  }
}
