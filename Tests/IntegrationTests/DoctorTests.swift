import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `orders doctor` on what ships, as it runs, and on the same with one line changed, as the real nginx reads it.
  @Suite("Doctor", .served(processes: 2, "--pace", "0s"))
  struct DoctorTests {
    /// What it says, with its exit status.
    private static func doctor(_ arguments: String...) throws -> (status: Int32, codes: [String], report: [String: Any])
    {
      let told = try run(RunningService.binary, ["doctor", "--json"] + arguments)
      let report = try JSONSerialization.jsonObject(with: Data(told.output.utf8)) as? [String: Any]
      let found = try #require(report?["findings"] as? [[String: Any]], "\(told.output) \(told.errors)")
      return (told.status, found.compactMap { $0["code"] as? String }, report ?? [:])
    }

    /// A store in memory, as on some machines these are, is what it should be told of.
    private static func expected(_ service: RunningService) throws -> [String] {
      let type = try run("/usr/bin/stat", ["-f", "-c", "%T", service.data]).output
      return type.hasPrefix("tmpfs") ? ["file-system"] : []
    }

    @Test("is silent on what deploy/up wrote, on its store and on its processes")
    func shipped() async throws {
      try await served { service in
        let prefix = service.data + "/run/\(service.port)"
        let found = try Self.doctor("--nginx-prefix", prefix, "--store", "sqlite:" + service.database)
        #expect(found.codes == (try Self.expected(service)))
        #expect(found.status == (found.codes.isEmpty ? 0 : 1))
        let seen = try #require(found.report["lookedAt"] as? [String])
        #expect(seen.count == 5 && seen.contains("2 responders") && seen.contains("1 socket"), "\(seen)")
        #expect(found.report["failures"] as? [String] == [])
      }
    }

    /// A copy of deploy/up's nginx files with the running socket beside them, and one line changed.
    static func changed(_ service: RunningService, _ file: String, _ old: String, _ new: String) throws
      -> TemporaryFolder
    {
      let (folder, shipped) = (try TemporaryFolder(), service.data + "/run/\(service.port)")
      for name in ["nginx.conf", "orders"] {
        try FileManager.default.copyItem(atPath: shipped + "/" + name, toPath: folder.path + "/" + name)
      }
      try FileManager.default.createDirectory(atPath: folder.path + "/logs", withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/orders.sock", withDestinationPath: shipped + "/orders.sock")
      let path = folder.path + "/" + file
      let text = try String(contentsOfFile: path, encoding: .utf8)
      guard text.contains(old) else { throw HTTPClient.Failure(description: "\(file) has no \(old)") }
      try text.replacing(old, with: new).write(toFile: path, atomically: false, encoding: .utf8)
      return folder
    }

    @Test(
      "finds the one line that was changed, and nothing else",
      arguments: [
        ("nothing", "nginx.conf", "daemon off;", "daemon on;"),
        ("read-timeout", "orders/requests.conf", "fastcgi_read_timeout 75s;", "fastcgi_read_timeout 30s;"),
        ("body-limit", "nginx.conf", "client_max_body_size 4160k;", "client_max_body_size 512k;"),
        (
          "stream-buffering", "orders/requests.conf", "fastcgi_buffering off;",
          "fastcgi_buffering on; fastcgi_ignore_headers X-Accel-Buffering;"
        ),
        (
          "cached", "orders/requests.conf", "fastcgi_keep_conn on;",
          "fastcgi_keep_conn on; fastcgi_cache c; fastcgi_cache_key $uri;"
        ),
        ("client-abort", "orders/requests.conf", "client_abort off;", "client_abort on;"),
        ("intercepted-errors", "orders/requests.conf", "intercept_errors off;", "intercept_errors on;"),
        ("resent-posts", "orders/requests.conf", "next_upstream error", "next_upstream non_idempotent error"),
        ("absolute-redirect", "orders/requests.conf", "absolute_redirect off;", "absolute_redirect on;"),
        ("http-proxy", "orders/parameters.conf", #"HTTP_PROXY        "";"#, "HTTP_PROXY $http_proxy;"),
        ("request-uri", "orders/parameters.conf", "$request_uri;", "$uri;"),
        (
          "user-unchecked", "orders/parameters.conf", "REQUEST_ID ",
          "REMOTE_USER $remote_user; fastcgi_param REQUEST_ID "
        ),
        ("html-errors", "orders/problems.conf", "error_page 502 /.problem/502;", ""),
        ("internals-open", "nginx.conf", "$http_via", ""),
        ("keep-alive", "orders/upstream.conf", "keepalive 256;", ""),
        ("keep-alive-drain", "orders/upstream.conf", "keepalive_timeout 15s;", "keepalive_timeout 5m;"),
        ("max-fails", "nginx.conf", " max_fails=0;", " max_fails=0; server unix:orders.sock;"),
        ("descriptors", "nginx.conf", "worker_rlimit_nofile ", "worker_rlimit_nofile 64; # "),
        ("socket-missing", "nginx.conf", "server unix:orders.sock", "server unix:other/orders.sock"),
        ("nginx-refuses", "orders/requests.conf", "fastcgi_read_timeout 75s;", "fastcgi_read_timeout 75 seconds;"),
      ])
    func broken(_ code: String, _ file: String, _ old: String, _ new: String) async throws {
      try await served { service in
        let zone = "fastcgi_cache_path cache keys_zone=c:1m;\n  fastcgi_temp_path"
        let folder = try Self.changed(service, file, old, new)
        if code == "cached" {
          let path = folder.path + "/nginx.conf"
          let text = try String(contentsOfFile: path, encoding: .utf8)
          try text.replacing("fastcgi_temp_path", with: zone).write(toFile: path, atomically: false, encoding: .utf8)
        }
        let found = try Self.doctor("--nginx-prefix", folder.path)
        #expect(Set(found.codes) == (code == "nothing" ? [] : [code]), "\(found.report)")
        #expect(found.status == (code == "nothing" ? 0 : 1))
      }
    }

    @Test("finds a temporary folder that nginx's user can't reach")
    func temporaryFolder() async throws {
      try await served { service in
        let folder = try Self.changed(
          service, "nginx.conf", "client_body_temp_path body;", "client_body_temp_path shut/body;")
        try FileManager.default.createDirectory(atPath: folder.path + "/shut", withIntermediateDirectories: false)
        chmod(folder.path + "/shut", 0o700)
        let found = try Self.doctor("--nginx-prefix", folder.path)
        #expect(found.codes == ["temporary-folder"], "\(found.report)")
        #expect("\(found.report)".contains("for the mode of \(folder.path)/shut"))
      }
    }

    @Test("judges nginx's body limit by the options of the responders that run")
    func options() async throws {
      let service = try await RunningService.start(processes: 1, options: ["--body-limit", "4096"])
      try await blocking {
        let folder = try Self.changed(service, "nginx.conf", "client_max_body_size 69632;", "client_max_body_size 4k;")
        let found = try Self.doctor("--nginx-prefix", folder.path, "--store", "sqlite:" + service.database)
        #expect(found.codes.filter { $0 != "file-system" } == ["body-limit"])
      }
      try await service.stopsWell()
    }

    @Test("finds units that don't fit, reads text that was printed elsewhere, and says what it can't look at")
    func others() async throws {
      try await served { service in
        let folder = try TemporaryFolder()
        let socket =
          "[Socket]\nListenStream=\(folder.path)/s\nSocketMode=0666\nSocketGroup=www-data\nService=orders@1.service"
        try socket.write(toFile: folder.path + "/orders.socket", atomically: false, encoding: .utf8)
        let nginx = try run(
          "/usr/sbin/nginx", ["-T", "-p", service.data + "/run/\(service.port)/", "-c", "nginx.conf"])
        try nginx.output.write(toFile: folder.path + "/text", atomically: false, encoding: .utf8)
        let units = try Self.doctor("--nginx-text", folder.path + "/text", "--units", folder.path)
        #expect(units.codes == ["socket-mode", "socket-path"])
        #expect(units.status == 1)

        let nothing = try Self.doctor("--nginx-text", folder.path + "/nowhere")
        #expect(nothing.codes == [])
        #expect(nothing.report["failures"] as? [String] == ["nginx: \(folder.path)/nowhere can't be read"])
        #expect(nothing.status == 69)

        let foreign = try Self.doctor("--nginx-text", folder.path + "/text", "--store", "sqlite:\(folder.path)/text")
        #expect(foreign.codes == ["store"])
        let wrong = try run(RunningService.binary, ["doctor", "--nginx-prefix", "a", "--nginx-text", "b"])
        #expect(wrong.status == 64)
      }
    }

    @Test("says of each finding where it is, what is wrong and how to mend it, to people")
    func text() async throws {
      try await served { service in
        let folder = try Self.changed(
          service, "orders/requests.conf", "fastcgi_read_timeout 75s;", "fastcgi_read_timeout 30s;")
        let told = try run(RunningService.binary, ["doctor", "--nginx-prefix", folder.path])
        #expect(told.status == 1)
        let line = try #require(
          try String(contentsOfFile: folder.path + "/orders/requests.conf", encoding: .utf8)
            .components(separatedBy: "\n").firstIndex { $0.hasPrefix("fastcgi_read_timeout") })
        let lines = told.output.components(separatedBy: "\n")
        #expect(
          lines[0] == "\(folder.path)/orders/requests.conf:\(line + 1): read-timeout: "
            + "nginx gives up a responder after 30s, and a client may wait 50s: a 504")
        #expect(lines[1] == "    mend: fastcgi_read_timeout 75s;")
        #expect(lines.contains { $0.hasPrefix("not looked at: store") })
        #expect(lines.contains { $0.hasPrefix("1 finding; looked at ") })
      }
    }
  }
}
