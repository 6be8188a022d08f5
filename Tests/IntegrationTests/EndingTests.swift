import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// How a responder ends, and how its start fails: one line that says what happened and what to do, and an exit status
  /// that says it to programs (sysexits.h).
  @Suite("An ending")
  struct EndingTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    private var database: String { folder.path + "/orders.sqlite" }
    private var socket: String { folder.path + "/s" }

    /// A start that fails.
    struct Failure: Sendable, CustomTestStringConvertible {
      let what: String
      /// What the store's path, and the socket's, are called in the folder.
      var store = "orders.sqlite"
      var socket = "s"
      let prepare: @Sendable (EndingTests) throws -> RunningCommand?
      let status: Int32
      let says: [String]

      var testDescription: String { what }
    }

    static let failures = [
      Failure(
        what: "a socket of a live sibling", prepare: { try $0.serving(socket: "s", store: "other.sqlite") }, status: 75,
        says: ["bind ", "/s: Address already in use", "end what has that path, or choose another --socket"]),
      Failure(
        what: "a socket's path taken by a file",
        prepare: {
          try "mine".write(toFile: $0.socket, atomically: false, encoding: .utf8)
          return nil
        }, status: 75, says: ["/s: Address already in use", "choose another --socket"]),
      Failure(
        what: "a socket in a folder that is not there", socket: "nowhere/s", prepare: { _ in nil }, status: 71,
        says: ["nowhere/s.lock: No such file or directory", "make the folder of --socket"]),
      Failure(
        what: "a store in a folder that is not there", store: "nowhere/orders.sqlite", prepare: { _ in nil },
        status: 75,
        says: ["store unavailable in open", "/nowhere: No such file or directory", "make its folder"]),
      Failure(
        what: "a store that can't be read: a folder", store: "folder",
        prepare: {
          try FileManager.default.createDirectory(
            atPath: $0.folder.path + "/folder", withIntermediateDirectories: false)
          return nil
        }, status: 78, says: ["store unusable in open", "is no regular file", "name another file with --store"]),
      Failure(
        what: "a store that is another program's",
        prepare: {
          try "Dear reader,".write(toFile: $0.database, atomically: false, encoding: .utf8)
          return nil
        }, status: 78, says: ["store unusable in open", "not a database", "name another file with --store"]),
      Failure(
        what: "a store of a newer version",
        prepare: { try $0.makeNewer() }, status: 78,
        says: [
          "a newer version of this program wrote the file: it has schema 99, and this one knows up to ",
          "start the newer version, or put a backup of before in its place",
        ]),
    ]

    @Test("of a start that fails is one line that says why and what to do", arguments: failures)
    func failing(_ failure: Failure) async throws {
      try await blocking {
        let beside = try failure.prepare(self)
        let process = try serve(socket: failure.socket, store: failure.store)
        let status = try process.end()
        #expect(status == failure.status, "\(process.lines)")
        #expect(process.lines.count == 1, "\(process.lines)")
        let line = process.lines.first ?? ""
        #expect(line.contains("cannot serve"))
        for part in failure.says { #expect(line.contains(part), "\(part): \(line)") }
        if let beside {
          #expect(beside.isRunning)
          #expect(try beside.end(by: SIGTERM) == 0)
        }
      }
    }

    @Test(
      "by a signal that asks for it is one line, and 0",
      arguments: [SIGTERM, SIGINT, SIGQUIT, SIGUSR1])
    func asked(_ signal: Int32) async throws {
      try await blocking {
        let process = try serving(socket: "s", store: "orders.sqlite")
        #expect(try process.end(by: signal) == 0)
        #expect(process.lines.count == 2, "\(process.lines)")
        #expect(process.lines.first?.hasSuffix("serving") == true)
        #expect(process.lines.last?.hasSuffix("served") == true)
      }
    }

    @Test("of deploy/up comes where it is asked for while its processes start, too")
    func upAtOnce() async throws {
      try await blocking {
        let (port, data) = (freePort(), folder.path + "/data")
        let up = try RunningCommand(
          ["ORDERS_BINARY=\(RunningService.binary)", RunningService.repository + "/deploy/up"]
            + ["--no-build", "--port", "\(port)", "--data", data], program: "/usr/bin/env")
        try patiently("it starts them") { FileManager.default.fileExists(atPath: data + "/run/\(port)/nginx.conf") }
        #expect(try up.end(by: SIGTERM) == 0, "\(up.lines)")
      }
    }

    @Test("is not what a SIGHUP asks for: one line says that there is nothing to reload, and it serves on")
    func hangUp() async throws {
      try await blocking {
        let process = try serving(socket: "s", store: "orders.sqlite")
        for number in 1...2 {
          kill(process.pid, SIGHUP)
          try patiently("the signal is told") {
            process.lines.count { $0.contains("nothing to reload: options are read at the start") } == number
          }
        }
        #expect(process.isRunning)
        #expect(try process.end(by: SIGTERM) == 0)
        #expect(process.lines.count == 4, "\(process.lines)")
      }
    }

    @Test("by kill -9 is one line of the sibling that takes over, with how many orders, and another process comes")
    func killed() async throws {
      let service = try await RunningService.start(processes: 2, options: ["--pace", "200ms", "--jobs", "4"])
      try await blocking {
        let client = service.client()
        for _ in 1...8 { _ = try client.submit(products: 5) }
        try patiently("both work") { try service.responders().allSatisfy { try service.orders(of: $0).count == 4 } }
        let victim = try #require(try service.responders().first)
        kill(victim, SIGKILL)
        try patiently("all are complete") { try service.client().send("GET", "/orders?status=complete").ids.count == 8 }
        try patiently("there are two again") { (try? service.responders().count) == 2 }
        let told = service.log.split(separator: "\n").filter { $0.contains("jobs taken from dead processes") }
        #expect(told.count == 1 && told[0].contains("count=4"), "\(told)")
      }
      try await service.stopsWell()
    }

    @Test("of nginx's workers by a reload leaves a wait, a stream and kept orders as they are")
    func reload() async throws {
      let service = try await RunningService.start(processes: 2, options: ["--pace", "300ms"])
      try await blocking {
        let id = try service.client().submit(products: 3)
        let (waiter, follower) = (service.client(), service.client())
        try waiter.write(
          Array("GET /orders/\(id)/status HTTP/1.1\r\nHost: x\r\nPrefer: wait=20\r\n\r\n".utf8))
        try follower.write(Array("GET /orders/\(id)/events HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        let before = try service.responders()
        let master = try String(contentsOfFile: service.data + "/run/\(service.port)/nginx.pid", encoding: .utf8)
        kill(try #require(Int32(master.trimmingCharacters(in: .whitespacesAndNewlines))), SIGHUP)
        #expect(try waiter.read().json["status"] as? String == "complete")
        #expect(try follower.read().text.contains(#""status":"complete""#))
        #expect(try service.responders() == before)
      }
      try await service.stopsWell()
    }

    private func serve(socket: String, store: String) throws -> RunningCommand {
      let folder = folder.path
      return try RunningCommand(["serve", "--store", "sqlite:\(folder)/\(store)", "--socket", "\(folder)/\(socket)"])
    }

    /// A responder of its own that serves.
    private func serving(socket: String, store: String) throws -> RunningCommand {
      let process = try serve(socket: socket, store: store)
      try process.awaitLine(endingWith: "serving")
      return process
    }

    private func makeNewer() throws -> RunningCommand? {
      let process = try serving(socket: "s", store: "orders.sqlite")
      #expect(try process.end(by: SIGTERM) == 0)
      let made = try run("/usr/bin/sqlite3", [database, "INSERT INTO grdb_migrations VALUES ('99')"])
      #expect(made.status == 0, "\(made.errors)")
      return nil
    }
  }
}
