import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Orders that don't expire by themselves")
  struct HeldExpiryTests {
    private static let binary = RunningService.binary

    /// As though these had ended so many hours earlier.
    private static func setEnds(of ids: [Int], hoursAgo hours: Int, in database: String) throws {
      let list = ids.map(String.init).joined(separator: ",")
      let change = try run(
        "/usr/bin/sqlite3",
        [
          "-cmd", ".timeout 10000", database,
          "UPDATE job SET finished_at = finished_at - \(hours) * 3600000 WHERE id IN (\(list))",
        ])
      try #require(change.status == 0, "\(change.errors)")
    }

    private static func complete(_ count: Int, _ client: HTTPClient) throws -> [Int] {
      try (1...count).map { _ in
        let id = try client.submit(products: 1)
        let end = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"])
        try #require(end.json["status"] as? String == "complete")
        return id
      }
    }

    @Test(
      "none expires before the clock has run evenly for an hour, however old it is and however often processes start")
    func clock() async throws {
      let options = ["--pace", "0s", "--keep-final", "1h"]
      let folder = try TemporaryFolder()
      for _ in 1...2 {
        let service = try await RunningService.start(options: options, folder: folder)
        try await blocking {
          let ids = try Self.complete(2, service.client())
          try Self.setEnds(of: ids, hoursAgo: 24, in: service.database)
          try patiently("it says that it waits") { service.log.contains("expiry waits for the clock") }
          for id in ids { #expect(try service.client().send("GET", "/orders/\(id)").status == 200) }
        }
        try await service.stopsWell()
      }
    }

    @Test("more than 30 days of ends wait for an operator: healthz and doctor say so, and orders expire confirms it")
    func confirmation() async throws {
      let service = try await RunningService.start(
        options: ["--pace", "0s", "--keep-final", "1h", "--clock-trust", "0s"])
      try await blocking {
        let client = service.client()
        let store = "sqlite:" + service.database
        let none = try run(Self.binary, ["expire", "--store", store, "--confirm"])
        #expect(none.status == 0 && none.output.contains("Nothing waits"))
        let old = try Self.complete(1, client)
        try Self.setEnds(of: old, hoursAgo: 40 * 24, in: service.database)
        try patiently("it is held") { try client.send("GET", "/healthz").json["expiry"] != nil }
        let health = try client.send("GET", "/healthz")
        #expect(health.status == 200)
        #expect((health.json["expiry"] as? [String: Any])?["waitingFor"] as? String == "confirmation")
        let young = try Self.complete(1, client)
        try Self.setEnds(of: young, hoursAgo: 2, in: service.database)
        try patiently("its log says so") { service.log.contains("expiry waits for an operator") }
        let doctor = try run(Self.binary, ["doctor", "--store", store, "--nginx-text", "/dev/null"])
        #expect(doctor.output.contains("expiry: "), "\(doctor.output)")
        let shown = try run(Self.binary, ["expire", "--store", store])
        #expect(shown.status == 1 && shown.output.contains("would expire") && shown.output.contains("Nothing was done"))
        #expect(try client.send("GET", "/orders/\(old[0])").status == 200)
        let confirmed = try run(Self.binary, ["expire", "--store", store, "--confirm"])
        #expect(
          confirmed.status == 0 && confirmed.output.contains(" expired."), "\(confirmed.output) \(confirmed.errors)")
        expectProblem(try client.send("GET", "/orders/\(old[0])"), 410, "order-expired")
        // All goes on by itself then.
        let next = try Self.complete(1, client)
        try Self.setEnds(of: next, hoursAgo: 2, in: service.database)
        for id in young + next {
          try patiently("the young one expires") { try client.send("GET", "/orders/\(id)").status == 410 }
        }
        try patiently("health has nothing more to say") { try client.send("GET", "/healthz").json["expiry"] == nil }
        let missing = try run(Self.binary, ["expire", "--store", "sqlite:/no/such/store", "--confirm"])
        #expect(missing.status == 78)
        #expect(!FileManager.default.fileExists(atPath: "/no/such/store"))
      }
      try await service.stopsWell()
      #expect(try integrity(of: service.database) == "ok")
    }

    @Test("callbacks that nobody sends any more are counted in healthz, and an operator drops them")
    func callbacks() async throws {
      let service = try await RunningService.start(
        options: ["--pace", "0s", "--keep-final", "1h", "--clock-trust", "0s"])
      try await blocking {
        let client = service.client()
        let store = "sqlite:" + service.database
        let id = try client.submit(products: 1000)
        // As a service with --callbacks took it.
        let owe = try run(
          "/usr/bin/sqlite3",
          [
            "-cmd", ".timeout 10000", service.database,
            "INSERT INTO callback VALUES (\(id), 'https://a.example/'); "
              + "INSERT OR REPLACE INTO outbox SELECT id, 'm-1', 0, 0, NULL FROM job WHERE id = \(id)",
          ])
        try #require(owe.status == 0, "\(owe.errors)")
        #expect((try client.send("GET", "/healthz").json["callbacks"] as? [String: Any])?["waiting"] as? Int == 1)
        #expect(
          try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"]).json["done"] as? Bool == true)
        let other = try Self.complete(1, client)
        try Self.setEnds(of: other + [id], hoursAgo: 2, in: service.database)
        try patiently("another expires") { try client.send("GET", "/orders/\(other[0])").status == 410 }
        #expect(try client.send("GET", "/orders/\(id)").status == 200)
        let counted = try run(Self.binary, ["drop-callbacks", "--store", store])
        #expect(counted.status == 1 && counted.output.hasPrefix("1 callback is still to be sent."))
        let dropped = try run(Self.binary, ["drop-callbacks", "--store", store, "--confirm"])
        #expect(dropped.status == 0 && dropped.output.contains("1 dropped."))
        #expect(try client.send("GET", "/healthz").json["callbacks"] == nil)
        try patiently("its order expires") { try client.send("GET", "/orders/\(id)").status == 410 }
      }
      try await service.stopsWell()
    }
  }
}
