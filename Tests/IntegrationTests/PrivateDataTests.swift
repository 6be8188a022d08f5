import Foundation
import Glibc
import TestSupport
import Testing

extension BehindNginx {
  /// Who may see what of the data of a `deploy/up`, wherever it lies and whoever starts it.
  @Suite("The data folder")
  struct PrivateDataTests {
    private static let temporaryFolders: Set = ["body", "fastcgi", "proxy", "scgi", "uwsgi"]
    private static let nobody = ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]

    @Test("is for its owner's eyes, but for the page and the socket, which are nginx's too")
    func modes() async throws {
      let service = try await RunningService.start(processes: 2)
      try await blocking {
        _ = try service.client().submit()
        try expectModes(of: service, root: 0o710)
        for user in ["nobody", "www-data"] { try expectNothingOpens(as: user, in: service) }
      }
      try await service.stopsWell()
    }

    @Test("that a version before left open is closed by the start")
    func tightened() async throws {
      let folder = try TemporaryFolder()
      let first = try await RunningService.start(processes: 1, folder: folder)
      let run = first.data + "/run/\(first.port)"
      try await first.stopsWell()
      for path in ["orders.sqlite", "orders.sqlite-turn", "orders.sqlite-bell"] {
        chmod(first.data + "/" + path, 0o644)
      }
      for path in ["", "/run", "/orders.sqlite-members", "/orders.sqlite-metrics"] { chmod(first.data + path, 0o755) }
      chmod(first.data + "/orders.sqlite-metrics/slot-0", 0o644)
      for path in ["/lock", "/nginx.conf", "/logs/access.log", "/logs/error.log"] { chmod(run + path, 0o644) }
      let second = try await RunningService.start(processes: 1, folder: folder)
      try await blocking {
        try expectModes(of: second, root: 0o710)
        try expectNothingOpens(as: "nobody", in: second)
      }
      try await second.stopsWell()
    }

    @Test("is closed by a responder that somebody else starts, too")
    func responderAlone() async throws {
      try await blocking {
        let folder = try TemporaryFolder()
        let (path, socket) = (folder.path + "/o.sqlite", folder.path + "/s")
        for name in ["-turn", "-bell"] {
          _ = FileManager.default.createFile(atPath: path + name, contents: nil, attributes: [.posixPermissions: 0o644])
        }
        for folder in ["-members", "-metrics"] { mkdir(path + folder, 0o755) }
        let responder = Process()
        responder.executableURL = URL(filePath: RunningService.binary)
        responder.arguments = ["serve", "--store", "sqlite:" + path, "--socket", socket]
        responder.standardInput = FileHandle.nullDevice
        responder.standardError = FileHandle.nullDevice
        try responder.run()
        defer {
          responder.terminate()
          responder.waitUntilExit()
        }
        try patiently("it is a member") {
          try FileManager.default.contentsOfDirectory(atPath: path + "-members").count == 1
        }
        let modes = try run("/usr/bin/find", [folder.path, "-name", "o.sqlite*", "-printf", "%m %y\n"]).output
        #expect(Set(modes.split(separator: "\n")) == ["600 f", "700 d"], "\(modes)")
        #expect(modes.split(separator: "\n").count >= 6)
      }
    }

    @Test(
      "may lie below a folder that keeps nginx's user out, and have a path too long for a socket",
      arguments: [false, true], [false, true])
    func anywhere(isShut: Bool, isLong: Bool) async throws {
      let folder = try TemporaryFolder()
      if isLong {
        let name = String(repeating: "long-", count: 40)
        mkdir(folder.path + "/" + name, 0o755)
        symlink(name, folder.path + "/data")
      }
      chmod(folder.path, isShut ? 0o700 : 0o755)
      let service = try await RunningService.start(processes: 1, folder: folder)
      try await blocking {
        try expectService(service)
        #expect(try Self.usersOfWorkers(of: service) == ["www-data"])
        #expect(service.log.contains("can't enter \(folder.path): nginx sees") == isShut)
        #expect(service.log.contains("too long for a socket") == isLong)
        try expectNothingOpens(as: "nobody", in: service)
      }
      try await service.stopsWell()
    }

    @Test("is refused where nginx could reach it only as root, and the folder in the way is named")
    func refused() async throws {
      try await blocking {
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o700)
        let up = try run(
          "/usr/bin/setpriv",
          [
            "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", "--", RunningService.repository + "/deploy/up",
            "--no-build", "--port", "\(freePort())", "--data", folder.path + "/data",
          ], environment: ["ORDERS_BINARY": RunningService.binary])
        #expect(up.status == 69, "\(up.errors)")
        #expect(up.errors.contains("can't enter \(folder.path),"), "\(up.errors)")
      }
    }

    @Test("has to be a folder for orders alone", arguments: ["/", "/tmp", "~"])
    func shared(path: String) async throws {
      try await blocking {
        let home = try TemporaryFolder()
        let up = try run(
          RunningService.repository + "/deploy/up",
          ["--no-build", "--port", "\(freePort())", "--data", path == "~" ? home.path : path],
          environment: ["ORDERS_BINARY": RunningService.binary, "HOME": home.path])
        #expect(up.status == 64, "\(up.errors)")
        #expect(up.errors.contains("is not a folder for orders alone"))
      }
    }

    @Test("is shared by two that serve at once, of which one ends")
    func two() async throws {
      let folder = try TemporaryFolder()
      let first = try await RunningService.start(processes: 1, folder: folder)
      let second = try await RunningService.start(processes: 1, folder: folder)
      try await blocking {
        try expectService(first)
        try expectService(second)
        #expect(try first.responders().count == 2)
        #expect(try first.client().submit() == 3)
      }
      try await first.stopsWell()
      try await blocking {
        try expectService(second)
        try expectModes(of: second, root: 0o710)
      }
      try await second.stopsWell()
    }

    @Test("is its user's where somebody without root starts it")
    func withoutRoot() async throws {
      let folder = try TemporaryFolder()
      chmod(folder.path, 0o755)
      // A clone that this user may read.
      let clone = folder.path + "/clone"
      for name in ["deploy", "nginx"] {
        try FileManager.default.createDirectory(atPath: clone, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: RunningService.repository + "/" + name, toPath: clone + "/" + name)
      }
      try FileManager.default.copyItem(atPath: RunningService.binary, toPath: clone + "/orders")
      let given = try await blocking { try run("/bin/chown", ["-R", "nobody:nogroup", folder.path]) }
      #expect(given.status == 0)
      let service = try await RunningService.start(
        processes: 1, folder: folder, binary: clone + "/orders", command: Self.nobody + [clone + "/deploy/up"])
      try await blocking {
        try expectService(service)
        #expect(try Self.usersOfWorkers(of: service) == ["nobody"])
        try expectModes(of: service, root: 0o700, worker: "nobody")
        try expectNothingOpens(as: "www-data", in: service)
      }
      try await service.stopsWell()
    }

    // MARK: -

    /// The page, and a long body, which nginx keeps in a file.
    private func expectService(
      _ service: RunningService, at location: SourceLocation = #_sourceLocation
    ) throws {
      let client = service.client()
      #expect(try client.send("GET", "/page/main.js").status == 200, sourceLocation: location)
      let order = #"{"products":["a"],"amount":1}"# + String(repeating: " ", count: 300_000)
      #expect(try client.send("POST", "/orders", body: order).status == 202, sourceLocation: location)
    }

    private func expectModes(
      of service: RunningService, root: Int, worker: String = "www-data", at location: SourceLocation = #_sourceLocation
    ) throws {
      let found = try run("/usr/bin/find", [service.data, "-printf", "%m %y %u %P\n"]).output
      let own = "run/\(service.port)"
      var seen = 0
      for line in found.split(separator: "\n") {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        let (mode, isFolder, owner, path) = (Int(words[0], radix: 8), words[1] == "d", words[2], words[3])
        if path.hasPrefix("run/"), path != own, !path.hasPrefix(own + "/") { continue }
        let expected =
          switch path {
          case "": root
          case "run", own: 0o711
          case "orders.sqlite-files": 0o2710
          case own + "/orders.sock": 0o660
          case _ where path.hasPrefix(own + "/page"): isFolder ? 0o755 : 0o644
          default: isFolder ? 0o700 : 0o600
          }
        #expect(mode == expected, "\(line)", sourceLocation: location)
        if Self.temporaryFolders.contains(path.split(separator: "/").last.map(String.init) ?? "") {
          #expect(owner == worker, "\(line)", sourceLocation: location)
        }
        seen += 1
      }
      #expect(seen > 30, "\(found)", sourceLocation: location)
    }

    /// Neither to read, nor to write, nor to hold its lock.
    private func expectNothingOpens(
      as user: String, in service: RunningService, at location: SourceLocation = #_sourceLocation
    ) throws {
      let paths = try run(
        "/usr/bin/find", [service.data + "/", "-type", "f", "-not", "-path", "*/page/*"]
      ).output.split(separator: "\n").map(String.init)
      #expect(paths.contains { $0.hasSuffix("/orders.sqlite-turn") }, sourceLocation: location)
      let script =
        #"for f; do [ ! -r "$f" ] && [ ! -w "$f" ] && ! flock -n "$f" true 2>/dev/null || echo "$f"; done"#
      let group = user == "nobody" ? "nogroup" : user
      let opened = try run(
        "/usr/bin/setpriv",
        ["--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--", "/bin/sh", "-c", script, "sh"] + paths)
      #expect(opened.status == 0 && opened.output.isEmpty, "\(opened)", sourceLocation: location)
    }

    private static func usersOfWorkers(of service: RunningService) throws -> Set<String> {
      let master = try String(contentsOfFile: service.data + "/run/\(service.port)/nginx.pid", encoding: .utf8)
        .trimmingCharacters(in: .newlines)
      let workers = try run("/usr/bin/ps", ["--no-headers", "-o", "user:20", "--ppid", master]).output
      return Set(workers.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    }
  }
}
