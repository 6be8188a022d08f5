import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Orders that don't expire by themselves")
  struct HeldExpiryTests {
    private static let binary = RunningService.binary

    private static let options = ["--pace", "0s", "--keep-final", "1h"]

    /// Completes `count` orders in a service that has ended when this returns: other programs may write then only.
    private static func completed(
      _ count: Int, in folder: TemporaryFolder
    ) async throws -> (ids: [Int], database: String) {
      let service = try await RunningService.start(options: options, folder: folder)
      let ids = try await blocking { try complete(count, service.client()) }
      try await service.stopsWell()
      return (ids, service.database)
    }

    private static func complete(_ count: Int, _ client: HTTPClient) throws -> [Int] {
      try (1...count).map { _ in
        let id = try client.submit(products: 1)
        let end = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=20"])
        try #require(end.json["status"] as? String == "complete")
        return id
      }
    }

    /// As though these had ended so many hours earlier, and with `more`. Nobody may have the store open.
    private static func setEnds(of ids: [Int], hoursAgo hours: Int, in database: String, _ more: String = "") throws {
      let list = ids.map(String.init).joined(separator: ",")
      let change = try run(
        "/usr/bin/sqlite3",
        [database, "UPDATE job SET finished_at = finished_at - \(hours) * 3600000 WHERE id IN (\(list)); \(more)"])
      try #require(change.status == 0, "\(change.errors)")
    }

    @Test(
      "none expires before the clock has run evenly for an hour, however old it is and however often processes start")
    func clock() async throws {
      let folder = try TemporaryFolder()
      let (ids, database) = try await Self.completed(2, in: folder)
      try Self.setEnds(of: ids, hoursAgo: 24, in: database)
      for _ in 1...2 {
        let service = try await RunningService.start(options: Self.options, folder: folder)
        try await blocking {
          try patiently("it says that it waits") { service.log.contains("expiry waits for the clock") }
          for id in ids { #expect(try service.client().send("GET", "/orders/\(id)").status == 200) }
        }
        try await service.stopsWell()
      }
    }

    @Test("more than 30 days of ends wait for an operator: healthz and doctor say so, and orders expire confirms it")
    func confirmation() async throws {
      let folder = try TemporaryFolder()
      let (ids, database) = try await Self.completed(2, in: folder)
      try Self.setEnds(of: [ids[0]], hoursAgo: 40 * 24, in: database)
      try Self.setEnds(of: [ids[1]], hoursAgo: 2, in: database)
      let options = Self.options + ["--clock-trust", "0s"]
      let store = "sqlite:" + database
      let service = try await RunningService.start(options: options, folder: folder)
      let next = try await blocking {
        let client = service.client()
        try patiently("it is held") { try client.send("GET", "/healthz").json["expiry"] != nil }
        let health = try client.send("GET", "/healthz")
        #expect(health.status == 200)
        #expect((health.json["expiry"] as? [String: Any])?["waitingFor"] as? String == "confirmation")
        try patiently("its log says so") { service.log.contains("expiry waits for an operator") }
        let doctor = try run(Self.binary, ["doctor", "--store", store, "--nginx-text", "/dev/null"])
        #expect(doctor.output.contains("expiry: "), "\(doctor.output)")
        let shown = try run(Self.binary, ["expire", "--store", store])
        #expect(shown.status == 1 && shown.output.contains("would expire") && shown.output.contains("Nothing was done"))
        #expect(shown.output.contains("orders expire --store \(store) --confirm"))
        for id in ids { #expect(try client.send("GET", "/orders/\(id)").status == 200) }
        let other = try run(Self.binary, ["expire", "--store", store, "--kind", "report", "--confirm"])
        #expect(other.status == 0 && other.output.contains("Nothing waits"), "\(other.output) \(other.errors)")
        let ofKind = try run(Self.binary, ["expire", "--store", store, "--kind", "order"])
        #expect(ofKind.status == 1 && ofKind.output.contains("--kind order --confirm"), "\(ofKind.output)")
        let confirmed = try run(Self.binary, ["expire", "--store", store, "--confirm"])
        #expect(
          confirmed.status == 0 && confirmed.output.contains(" expired."), "\(confirmed.output) \(confirmed.errors)")
        for id in ids { expectProblem(try client.send("GET", "/orders/\(id)"), 410, "order-expired") }
        try patiently("health has nothing more to say") { try client.send("GET", "/healthz").json["expiry"] == nil }
        let none = try run(Self.binary, ["expire", "--store", store, "--confirm"])
        #expect(none.status == 0 && none.output.contains("Nothing waits"), "\(none.output) \(none.errors)")
        let missing = try run(Self.binary, ["expire", "--store", "sqlite:/no/such/store", "--confirm"])
        #expect(missing.status == 78)
        #expect(!FileManager.default.fileExists(atPath: "/no/such/store"))
        return try Self.complete(1, client)
      }
      try await service.stopsWell()

      // All goes on by itself then.
      try Self.setEnds(of: next, hoursAgo: 2, in: database)
      let later = try await RunningService.start(options: options, folder: folder)
      try await blocking {
        try patiently("the next one expires") { try later.client().send("GET", "/orders/\(next[0])").status == 410 }
      }
      try await later.stopsWell()
      #expect(try integrity(of: database) == "ok")
    }

    @Test("whoever may not read the store is told so", arguments: ["expire", "drop-callbacks"])
    func forbidden(command: String) async throws {
      try await blocking {
        let folder = try TemporaryFolder()
        let shut = folder.path + "/shut"
        try FileManager.default.createDirectory(atPath: shut, withIntermediateDirectories: false)
        try #require(FileManager.default.createFile(atPath: shut + "/store", contents: nil))
        chmod(shut, 0o700)
        try #require(chown(shut, 65_534, 65_534) == 0)
        // Root without the right to pass over a folder's mode.
        let answer = try run(
          "/usr/bin/setpriv",
          [
            "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", "--",
            Self.binary, command, "--store", "sqlite:\(shut)/store",
          ])
        #expect(answer.status == 75, "\(answer.errors)")
        #expect(answer.errors.contains("\(shut)/store: permission denied"), "\(answer.errors)")
      }
    }

    @Test("callbacks that nobody sends any more are counted in healthz, and an operator drops them")
    func callbacks() async throws {
      let folder = try TemporaryFolder()
      let (ids, database) = try await Self.completed(2, in: folder)
      // The second as a service with --callbacks took it.
      try Self.setEnds(
        of: ids, hoursAgo: 2, in: database,
        """
        INSERT INTO callback VALUES (\(ids[1]), 'https://a.example/');
        INSERT INTO outbox SELECT id, 'm-1', 0, 0, NULL FROM job WHERE id = \(ids[1])
        """)
      let store = "sqlite:" + database
      let service = try await RunningService.start(
        options: Self.options + ["--clock-trust", "0s"], folder: folder)
      try await blocking {
        let client = service.client()
        try patiently("another expires") { try client.send("GET", "/orders/\(ids[0])").status == 410 }
        #expect(try client.send("GET", "/orders/\(ids[1])").status == 200)
        #expect((try client.send("GET", "/healthz").json["callbacks"] as? [String: Any])?["waiting"] as? Int == 1)
        let counted = try run(Self.binary, ["drop-callbacks", "--store", store])
        #expect(counted.status == 1 && counted.output.hasPrefix("1 callback has not been sent yet."))
        #expect(counted.output.contains("orders drop-callbacks --store \(store) --confirm"))
        let dropped = try run(Self.binary, ["drop-callbacks", "--store", store, "--confirm"])
        #expect(dropped.status == 0 && dropped.output.contains("1 callback was dropped."))
        #expect(try client.send("GET", "/healthz").json["callbacks"] == nil)
        try patiently("its order expires") { try client.send("GET", "/orders/\(ids[1])").status == 410 }
      }
      try await service.stopsWell()
    }
  }
}
