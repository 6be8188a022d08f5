import Foundation
import Glibc
import TestSupport
import Testing

extension BehindNginx {
  /// `--secret-file`: whatever may write to the socket and doesn't know the secret is refused.
  @Suite("The secret that nginx and responders share")
  struct SecretTests {
    private static let secret = String(repeating: "Never-printed.", count: 3)
    private static let other = String(repeating: "Another+secret/", count: 3)

    private let folder: TemporaryFolder
    private var file: String { folder.path + "/secret" }

    init() throws {
      folder = try TemporaryFolder()
    }

    private func write(_ lines: String..., mode: mode_t = 0o600) throws {
      try lines.map { $0 + "\n" }.joined().write(toFile: file, atomically: false, encoding: .utf8)
      chmod(file, mode)
    }

    private func start(_ options: String...) async throws -> RunningService {
      try await RunningService.start(processes: 1, options: ["--pace", "0s", "--secret-file", file] + options)
    }

    private func include(of service: RunningService) -> String {
      service.data + "/run/\(service.port)/orders/secret.conf"
    }

    @Test("is asked for at every address; without it, or with another, nothing is answered but 403")
    func refused() async throws {
      try write(Self.secret)
      let service = try await start("--access-log")
      try await blocking {
        let client = service.client()
        let id = try client.submit()
        #expect(try client.send("GET", "/metrics").status == 200)
        let modes = try run("/usr/bin/stat", ["-c", "%a", include(of: service)]).output
        #expect(modes == "600\n")

        let pass = "fastcgi_param ORDERS_SECRET \"\(Self.secret)\";"
        for wrong in [
          "", "fastcgi_param ORDERS_SECRET \"\";", "fastcgi_param ORDERS_SECRET \"\(Self.secret)x\";",
          "fastcgi_param ORDERS_SECRET \"\(Self.secret.dropLast())\";",
          "fastcgi_param HTTP_ORDERS_SECRET \"\(Self.secret)\";",
          "fastcgi_param ORDERS_SECRET $http_orders_secret;",
        ] {
          let stranger = try Gateway(beside: service, changes: [.init("orders/secret.conf", pass, wrong)])
          for (method, target) in [
            ("GET", "/orders"), ("POST", "/orders"), ("GET", "/orders/\(id)"), ("GET", "/orders/\(id)/status"),
            ("DELETE", "/orders/\(id)/cancel"), ("GET", "/orders/\(id)/result"), ("GET", "/orders/events"),
            ("GET", "/"), ("GET", "/openapi.json"), ("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/unknown"),
            ("OPTIONS", "/orders"), ("TRACE", "/orders"),
          ] {
            let body = method == "POST" ? #"{"products":["y"],"amount":1}"# : nil
            let answer = try stranger.client().send(method, target, body: body)
            expectProblem(answer, 403, "forbidden", "\(method) \(target)")
            #expect(!answer.text.contains(Self.secret))
          }
          try stranger.stopsWell()
        }
        #expect(try client.send("GET", "/orders").ids == [id])
        #expect(service.log.contains("refused: the request carried no secret from --secret-file (see orders doctor)"))
        #expect(!service.log.contains(Self.secret) && !service.nginxErrors.contains(Self.secret))
      }
      try await service.stopsWell()
    }

    @Test("changes without a refused request: a second line, nginx, and the first line goes")
    func rotation() async throws {
      try write(Self.secret)
      let service = try await start()
      try await blocking {
        func roll() throws -> (status: Int32, output: String, errors: String) {
          try run(
            RunningService.repository + "/deploy/rolling-restart",
            ["--data", service.data, "--port", "\(service.port)", "--settle", "0"], within: .seconds(120))
        }
        let first = try service.responders()
        // Responders that would refuse nginx are not even started.
        try write(Self.other)
        let refused = try roll()
        #expect(refused.status == 69 && refused.errors.contains("secret-differs"), "\(refused.errors)")
        #expect(!refused.errors.contains(Self.secret) && !refused.errors.contains(Self.other))
        #expect(try service.responders() == first)

        try write(Self.secret, Self.other)
        let second = try roll()
        #expect(second.status == 0, "\(second.errors)")
        #expect(try service.client().send("GET", "/orders").status == 200)

        let text = "fastcgi_param ORDERS_SECRET \"\(Self.other)\";"
        try text.write(toFile: include(of: service), atomically: false, encoding: .utf8)
        let master = try String(contentsOfFile: service.data + "/run/\(service.port)/nginx.pid", encoding: .utf8)
        kill(try #require(Int32(master.trimmingCharacters(in: .newlines))), SIGHUP)
        try write(Self.other)
        try patiently("nginx passes the new one") {
          let third = try roll()
          let status = try service.client().send("GET", "/orders").status
          return third.status == 0 && status == 200
        }
      }
      try await service.stopsWell()
    }

    @Test("is known to doctor, which prints nothing of it, nor quotes nginx where that would")
    func doctor() async throws {
      try write(Self.secret)
      let service = try await start()
      try await blocking {
        func doctor(_ prefix: String, _ options: String...) throws -> String {
          let told = try run(
            RunningService.binary,
            ["doctor", "--nginx-prefix", prefix, "--store", "sqlite:" + service.database] + options)
          #expect(!(told.output + told.errors).contains(Self.secret), "\(told)")
          return told.output
        }
        let shipped = service.data + "/run/\(service.port)"
        #expect(!(try doctor(shipped)).contains(": secret-"))
        #expect(!(try doctor(shipped, "--json")).contains("secret-"))

        let pass = "fastcgi_param ORDERS_SECRET \"\(Self.secret)\";"
        for (code, line) in [
          ("secret-missing", ""), ("secret-differs", "fastcgi_param ORDERS_SECRET \"\(Self.secret)x\";"),
          ("nginx-refuses", Self.secret + ";"), ("nginx-refuses", Self.secret + " \(Self.secret);"),
          ("nginx-refuses", "fastcgi_param ORDERS_SECRET \"\(Self.secret)"),
          ("nginx-refuses", "fastcgi_param ORDERS_SECRET \(Self.secret) \(Self.secret);"),
        ] {
          let folder = try DoctorTests.changed(service, "orders/secret.conf", pass, line)
          #expect(try doctor(folder.path).contains(": \(code): "))
          #expect(try doctor(folder.path, "--json").contains("\"\(code)\""))
        }
        let open = try DoctorTests.changed(service, "orders/secret.conf", pass, pass + " ")
        chmod(open.path + "/orders/secret.conf", 0o644)
        #expect(try doctor(open.path).contains(": secret-open: "))
      }
      try await service.stopsWell()
    }

    @Test("in another user's file is refused, though root could read it")
    func owner() async throws {
      try write(Self.secret)
      try #require(chown(file, 65_534, 65_534) == 0, "only root can give a file away")
      let (store, socket) = ("sqlite:\(folder.path)/o.sqlite", folder.path + "/s")
      let end = try await blocking {
        try run(RunningService.binary, ["serve", "--store", store, "--socket", socket, "--secret-file", file])
      }
      #expect(end.status == 78 && end.errors.contains("belongs to the user nobody: chown it to root"), "\(end.errors)")
    }

    @Test("in a file that can't be used is a fault of the configuration, told at the start")
    func files() async throws {
      let (store, socket) = ("sqlite:\(folder.path)/o.sqlite", folder.path + "/s")
      for (text, mode, reason) in [
        (nil, 0, "can't be read"), ("", 0o600, "has no secret"), ("\n \n", 0o600, "has no secret"),
        (String(Self.secret.prefix(31)), 0o600, "line 1"), (Self.secret + "\nshort", 0o600, "line 2"),
        (Self.secret + "\n" + Self.other + "\n" + Self.secret, 0o600, "has 3 lines"),
        (Self.secret + "\"; x", 0o600, "line 1"), (String(repeating: "x", count: 5000), 0o600, "not a short file"),
        (Self.secret, 0o644, "open to others (mode 644)"), (Self.secret, 0o620, "open to others (mode 620)"),
      ] as [(String?, mode_t, String)] {
        let end = try await blocking {
          if let text { try text.write(toFile: file, atomically: false, encoding: .utf8) }
          chmod(file, mode)
          return try run(RunningService.binary, ["serve", "--store", store, "--socket", socket, "--secret-file", file])
        }
        #expect(end.status == 78, "\(end.errors)")
        #expect(end.errors.contains(reason), "\(end.errors)")
        #expect(!end.errors.contains("Never-printed"))
      }
    }
  }
}
