import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `deploy/rolling-restart` for responders of `deploy/up`; Tests/Package tries it with systemd's.
  @Suite("A rolling restart")
  struct RollingRestartTests {
    private let folder: TemporaryFolder
    /// What the service runs: the shipped binary under a name of its own, to be replaced.
    private var program: String { folder.path + "/orders" }

    init() throws {
      folder = try TemporaryFolder()
      try ship(RunningService.binary)
    }

    /// Puts a file in the place of the program, as a build or a package does.
    private func ship(_ file: String) throws {
      try FileManager.default.copyItem(atPath: file, toPath: program + ".new")
      guard rename(program + ".new", program) == 0 else { throw HTTPClient.Failure(description: "rename: \(errno)") }
    }

    private func roll(_ service: RunningService) throws -> (status: Int32, output: String, errors: String) {
      try run(
        RunningService.repository + "/deploy/rolling-restart",
        ["--data", service.data, "--port", "\(service.port)", "--settle", "00"],
        environment: ["http_proxy": "http://127.0.0.1:9"], within: .seconds(180))
    }

    /// Rolls while two clients ask without a pause, none of whose requests may be refused.
    private func rollUnderRequests(
      _ service: RunningService
    ) async throws -> (status: Int32, output: String, errors: String) {
      try await beside(2) { goesOn in
        let client = service.client()
        while goesOn() {
          let answer = try client.send("GET", "/orders")
          #expect(answer.status == 200)
        }
      } _: {
        try roll(service)
      }.value
    }

    @Test(
      """
      replaces one responder after another, stops at the first that does not come back while the others serve on, and \
      goes on when the program is mended
      """)
    func rolls() async throws {
      let service = try await RunningService.start(processes: 2, binary: program)
      let first = Set(try await blocking { try service.responders() })
      let done = try await rollUnderRequests(service)
      #expect(done.status == 0, "\(done.errors)")
      let second = Set(try await blocking { try service.responders() })
      #expect(second.count == 2 && second.isDisjoint(with: first))

      let broken = folder.path + "/broken"
      try Data("#!/bin/sh\nexit 3\n".utf8).write(to: URL(filePath: broken))
      chmod(broken, 0o755)
      try ship(broken)
      let stopped = try await rollUnderRequests(service)
      #expect(stopped.status == 70)
      #expect(stopped.errors.contains("0 of 2 are new"))
      let left = Set(try await blocking { try service.responders() })
      #expect(left.count == 1 && left.isSubset(of: second))

      try ship(RunningService.binary)
      try await blocking {
        try patiently("the other one is back") { try service.responders().count == 2 }
      }
      let mended = try await rollUnderRequests(service)
      #expect(mended.status == 0, "\(mended.errors)")
      let third = Set(try await blocking { try service.responders() })
      #expect(third.count == 2 && third.isDisjoint(with: left))
      try await service.stopsWell()
    }

    @Test("says what it waits for, where that takes more than a moment")
    func waits() async throws {
      let service = try await RunningService.start(processes: 1, binary: program)
      try await blocking {
        // nginx keeps the connection that this was asked on.
        let first = try service.responders()
        let done = try roll(service)
        #expect(done.status == 0, "\(done.errors)")
        let lines = done.errors.split(separator: "\n").filter { $0.contains("waiting for process \(first[0]): ") }
        #expect(lines.count == 1, "\(done.errors)")
      }
      try await service.stopsWell()
    }

    @Test("tells the nginx of a version before that its requests for the health are this machine's")
    func olderNginx() async throws {
      let service = try await RunningService.start(processes: 1, binary: program)
      try await blocking {
        let first = try service.responders()
        let prefix = service.data + "/run/\(service.port)"
        let text = try String(contentsOfFile: prefix + "/nginx.conf", encoding: .utf8)
        let lines = text.components(separatedBy: "\n").filter { !$0.contains("ORDERS_INTERNAL") }
        try lines.joined(separator: "\n").write(toFile: prefix + "/nginx.conf", atomically: false, encoding: .utf8)
        let master = try String(contentsOfFile: prefix + "/nginx.pid", encoding: .utf8)
        kill(try #require(Int32(master.trimmingCharacters(in: .newlines))), SIGHUP)
        try patiently("it no longer marks them") { try service.client().send("GET", "/healthz").status == 404 }
        let done = try roll(service)
        #expect(done.status == 0, "\(done.errors)")
        let second = try service.responders()
        #expect(second.count == 1 && second != first)
      }
      try await service.stopsWell()
    }

    @Test("may bring the store up to date under responders of the version before: they serve on until it is their turn")
    func newerSchema() async throws {
      let service = try await RunningService.start(processes: 2, options: ["--pace", "2ms"], binary: program)
      _ = try await beside(2) { goesOn in
        let client = service.client()
        while goesOn() {
          let id = try client.submit()
          #expect(["started", "running", "complete"].contains(try client.status(id)))
          #expect([204, 409].contains(try client.send("DELETE", "/orders/\(id)/cancel").status))
          #expect(try client.send("GET", "/orders?order=desc").status == 200)
        }
      } _: {
        let client = service.client()
        func complete() throws {
          for _ in 0..<20 {
            let body = #"{"products":["y","z"],"amount":250}"#
            #expect(try client.send("POST", "/orders", headers: ["Prefer": "wait=20"], body: body).status == 201)
          }
        }
        try complete()
        let turn = try StoreTurn(of: service)
        try turn.take()
        turn.noteOtherVersion()
        let brought = try run("/usr/bin/sqlite3", ["-bail", service.database, Self.newerMigration])
        turn.release()
        #expect(brought.status == 0, "\(brought.errors)")
        try complete()
      }
      try await service.stopsWell()
    }

    /// What a later version may do to the tables: see `Schema`.
    private static let newerMigration = """
      PRAGMA wal_autocheckpoint = 0;
      BEGIN IMMEDIATE;
      ALTER TABLE store ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE member ADD COLUMN later TEXT NOT NULL DEFAULT '';
      ALTER TABLE job ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE later (job INTEGER PRIMARY KEY) STRICT;
      DROP INDEX job_listed;
      CREATE INDEX job_listed ON job (kind, owner, status, later);
      INSERT INTO grdb_migrations VALUES ('99');
      COMMIT;
      """

    @Test("refuses what it can't do, and says why")
    func refusals() async throws {
      let script = RunningService.repository + "/deploy/rolling-restart"
      try await blocking {
        for (arguments, status, reason) in [
          (["--data", folder.path, "--port", "1"], 69, "no deploy/up serves"),
          (["--data", folder.path], 64, "belong together"), (["--settle", "soon"], 64, "a number of seconds"),
          (["--port"], 64, "needs a value"), (["orders"], 64, "unknown: orders"),
        ] as [([String], Int32, String)] {
          let said = try run(script, arguments)
          #expect(said.status == status)
          #expect(said.errors.contains(reason))
        }
      }
    }
  }
}
