import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// What an operator does by mistake to the files of a service that runs.
  @Suite("The store's files under a running service")
  struct StoreFilesTests {
    private static let binary = RunningService.binary

    struct Deed: CustomTestStringConvertible, Sendable {
      /// Run in the folder of the data, where BACKUP is a backup of before.
      let testDescription: String
      /// What /healthz says.
      let cause: String
      /// What puts the right files back, where anything does.
      var undo: String?
    }

    static let deeds = [
      Deed(testDescription: "rm orders.sqlite* 2>/dev/null || true", cause: "orders.sqlite was removed"),
      Deed(
        testDescription: "mv orders.sqlite y; cp y orders.sqlite", cause: "orders.sqlite was replaced",
        undo: "mv y orders.sqlite"),
      Deed(testDescription: "rm -r orders.sqlite*", cause: "orders.sqlite was removed"),
      Deed(
        testDescription: "mkdir y; mv orders.sqlite y/; ln -s y/orders.sqlite orders.sqlite",
        cause: "orders.sqlite was replaced", undo: "mv y/orders.sqlite orders.sqlite"),
      Deed(testDescription: "cp BACKUP orders.sqlite", cause: "orders.sqlite was overwritten"),
      Deed(testDescription: ": > orders.sqlite-wal", cause: "orders.sqlite-wal was truncated"),
      Deed(testDescription: "rm orders.sqlite-turn", cause: "orders.sqlite-turn was removed"),
      Deed(
        testDescription: "mv orders.sqlite-bell y", cause: "orders.sqlite-bell was removed",
        undo: "mv y orders.sqlite-bell"),
    ]

    @Test(
      "removed, replaced or overwritten under load: no 202 and no 204 follows, until the right ones are back",
      arguments: deeds)
    func underLoad(deed: Deed) async throws {
      let folder = try TemporaryFolder()
      // What ran can't be given back, however long a responder tries.
      let service = try await RunningService.start(options: ["--pace", "0s", "--drain", "2s"], folder: folder)
      let backup = folder.path + "/data/BACKUP"
      let pids = try await blocking { try service.responders() }
      let (end, loads) = try await beside(4) { goesOn in
        try acknowledged(by: service, while: goesOn)
      } _: {
        let client = service.client()
        try patiently("orders are there") { try client.submit() > 50 }
        let made = try run(Self.binary, ["backup", "--store", "sqlite:" + service.database, backup])
        #expect(made.status == 0, "\(made.errors)")
        let newest = try client.submit()
        try patiently("more are there than in the backup") { try client.submit() > newest + 20 }
        try shell(deed.testDescription, in: service.data)
        let end = Date()
        for _ in 1...100 {
          let late = try client.send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#)
          #expect(late.status == 503, "\(late.text)")
        }
        return end
      }
      let late = loads.flatMap { $0 }.filter { $0.sent > end }
      #expect(late.isEmpty, "acknowledged afterwards: \(late.prefix(5))")
      #expect(loads.allSatisfy { !$0.isEmpty })

      try await blocking {
        let refused = try service.client().send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#)
        expectProblem(refused, 503, "store-unavailable")
        // Both of them, and what they say names the file.
        for _ in 1...20 {
          let health = try service.client().send("GET", "/healthz")
          expectProblem(health, 503, "store-unavailable")
          #expect((health.json["detail"] as? String)?.contains(deed.cause) == true, "\(health.text)")
        }
        let doctor = try run(Self.binary, ["doctor", "--store", "sqlite:" + service.database, "--json"])
        #expect(doctor.output.contains(#""code" : "store-files""#), "\(doctor.output)")
      }
      if let undo = deed.undo {
        try await blocking {
          try shell(undo, in: service.data)
          _ = try service.insistOnOrder("after", within: .seconds(10))
          try patiently("both can write") { try service.client().send("GET", "/healthz").status == 200 }
          for made in loads.flatMap({ $0 }) where made.status == 202 {
            #expect(try service.client().send("GET", "/orders/\(made.id)").status == 200)
          }
        }
      } else {
        try await blocking {
          // A new process doesn't begin a second store beside those that are left.
          kill(pids[0], SIGKILL)
          try patiently("a new one refuses to start") { service.log.contains("cannot serve") }
          #expect(
            deed.cause == "orders.sqlite was removed"
              ? !FileManager.default.fileExists(atPath: service.database) : true)
          let refused = try run(Self.binary, ["restore", backup, "--store", "sqlite:" + service.database])
          #expect(refused.status == EX_TEMPFAIL, "\(refused.errors)")
        }
        _ = try await service.stop()
        let restore = try await blocking {
          try run(Self.binary, ["restore", backup, "--store", "sqlite:" + service.database])
        }
        #expect(restore.status == 0, "\(restore.errors)")
        let again = try await RunningService.start(folder: folder)
        try await blocking {
          let id = try again.client().submit()
          #expect(id > 50)
          try patiently("it completes") { try again.client().status(id) == "complete" }
        }
        try await again.stopsWell()
      }
      _ = try await service.stop()
      let check = try await blocking { try run(Self.binary, ["check", "--store", "sqlite:" + service.database]) }
      #expect(check.status == 0, "\(check.output)")
    }

    @Test("restore keeps what was there, makes a store of another name, and leaves all as it was where it refuses")
    func restore() async throws {
      let folder = try TemporaryFolder()
      let service = try await RunningService.start(folder: folder)
      let (backup, location) = (folder.path + "/copy", "sqlite:" + service.database)
      let (tag, kept) = try await blocking {
        let client = service.client()
        let id = try client.submit()
        #expect(try run(Self.binary, ["backup", "--store", location, backup]).status == 0)
        let inUse = try run(Self.binary, ["restore", backup, "--store", location])
        #expect(inUse.status == EX_TEMPFAIL)
        #expect(inUse.errors.contains("end all processes"), "\(inUse.errors)")
        return (try #require(try client.send("GET", "/orders/\(id)")["etag"]), try client.submit())
      }
      try await service.stopsWell()
      try await blocking {
        try Data("Dear reader,".utf8).write(to: URL(filePath: folder.path + "/letter"))
        try shell("head -c 20000 copy > half", in: folder.path)
        let untouched = try Data(contentsOf: URL(filePath: service.database))
        for file in ["letter", "half", "nothing", "data/orders.sqlite"] {
          let refused = try run(Self.binary, ["restore", folder.path + "/" + file, "--store", location])
          #expect(refused.status == EX_CONFIG, "\(file): \(refused.errors)")
        }
        #expect(try Data(contentsOf: URL(filePath: service.database)) == untouched)
        // Another program that has it open.
        let shell = Process()
        shell.executableURL = URL(filePath: "/usr/bin/sqlite3")
        shell.arguments = [service.database]
        let (input, output) = (Pipe(), Pipe())
        (shell.standardInput, shell.standardOutput) = (input, output)
        try shell.run()
        try input.fileHandleForWriting.write(contentsOf: Data("SELECT 'open' FROM store;\n".utf8))
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "open\n")
        let inUse = try run(Self.binary, ["restore", backup, "--store", location])
        #expect(inUse.status == EX_TEMPFAIL)
        #expect(inUse.errors.contains("process \(shell.processIdentifier) has it open"), "\(inUse.errors)")
        try input.fileHandleForWriting.close()
        shell.waitUntilExit()
        chmod(service.database, 0o640)
        let restored = try run(Self.binary, ["restore", backup, "--store", location])
        #expect(restored.status == 0, "\(restored.errors)")
        let before = service.database + ".before-restore-1"
        #expect(restored.output.contains(before))
        #expect(try rows(of: "SELECT max(id) FROM job", in: before) == ["\(kept)"])
        for file in [service.database, before] {
          #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o640)
        }
      }
      let again = try await RunningService.start(folder: folder)
      try await blocking {
        let client = again.client()
        #expect(try client.send("GET", "/orders/\(kept)").status == 404)
        let now = try #require(try client.send("GET", "/orders/1")["etag"])
        #expect(now.split(separator: "-")[0] != tag.split(separator: "-")[0])
      }
      try await again.stopsWell()
    }

    private struct Acknowledged: Sendable {
      let id: Int
      let status: Int
      let sent: Date
    }

    /// Submits and cancels; what was answered 202 or 204.
    private func acknowledged(by service: RunningService, while goesOn: GoesOn) throws -> [Acknowledged] {
      var all: [Acknowledged] = []
      let client = service.client()
      while goesOn() {
        let sent = Date()
        guard let answer = try? client.send("POST", "/orders", body: #"{"products":["a"],"amount":1}"#),
          answer.status == 202, let id = answer.json["id"] as? Int
        else { continue }
        all.append(Acknowledged(id: id, status: 202, sent: sent))
        let later = Date()
        if (try? client.send("DELETE", "/orders/\(id)/cancel"))?.status == 204 {
          all.append(Acknowledged(id: id, status: 204, sent: later))
        }
      }
      return all
    }

    private func shell(_ command: String, in folder: String) throws {
      let done = try run("/bin/bash", ["-c", "cd \(folder) && \(command)"])
      #expect(done.status == 0, "\(command): \(done.errors)")
    }
  }
}
