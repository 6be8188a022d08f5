import Testing

@testable import Doctor

@Suite("nginx's configuration")
struct NginxChecksTests {
  /// What marks requests as this machine's.
  private static let mark =
    #"fastcgi_param ORDERS_INTERNAL "1$http_x_forwarded_for$http_forwarded$http_via$http_x_real_ip";"#

  private func findings(_ text: String, _ change: (inout Facts) -> Void = { _ in }) throws -> [Finding] {
    var facts = Facts(paths: ["orders"])
    facts.nginx = try NginxConfiguration(text)
    change(&facts)
    return Examination.findings(of: facts)
  }

  @Test(
    "as it ships has nothing to find, with everything that may be included",
    arguments: [
      [], ["authentication"], ["authentication-request"], ["rate-limit"], ["authentication", "rate-limit"],
      ["authentication-request", "rate-limit"], ["internals"],
    ])
  func silence(_ names: [String]) throws {
    #expect(try findings(Shipped.nginx(including: names)) == [])
  }

  @Test(
    "with one line changed has one finding, at that line or where one is missing",
    arguments: [
      ("read-timeout", "fastcgi_read_timeout 75s;", "fastcgi_read_timeout 50s;", "requests.conf"),
      ("read-timeout", "fastcgi_read_timeout 75s;", "fastcgi_read_timeout 30;", "requests.conf"),
      ("body-limit", "client_max_body_size 4160k;", "client_max_body_size 1m;", "sites-enabled/orders"),
      ("body-limit", "client_max_body_size 4160k;", "", "sites-enabled/orders"),
      ("body-limit", "client_max_body_size 4160k;", "client_max_body_size 0;", "sites-enabled/orders"),
      ("body-limit", "# set $orders_body_limit 4194304;", "set $orders_body_limit 65536;", "sites-enabled/orders"),
      ("body-limit", "  default 4194304;", "  default 1048576;", "http.conf"),
      (
        "stream-buffering", "fastcgi_buffering off;",
        "fastcgi_ignore_headers Expires; fastcgi_ignore_headers x-accel-buffering;", "requests.conf"
      ),
      ("stream-gzip", "  gzip off;", "gzip_types text/event-stream;", "requests.conf"),
      ("cached", "fastcgi_keep_conn on;", "fastcgi_keep_conn on; fastcgi_cache orders;", "requests.conf"),
      ("client-abort", "fastcgi_ignore_client_abort off;", "fastcgi_ignore_client_abort on;", "requests.conf"),
      ("request-buffering", "fastcgi_request_buffering on;", "fastcgi_request_buffering off;", "requests.conf"),
      ("intercepted-errors", "fastcgi_intercept_errors off;", "fastcgi_intercept_errors on;", "requests.conf"),
      ("resent-posts", "next_upstream error timeout;", "next_upstream error timeout non_idempotent;", "requests.conf"),
      ("absolute-redirect", "absolute_redirect off;", "", "sites-enabled/orders"),
      ("http-proxy", #"fastcgi_param HTTP_PROXY        "";"#, "", "parameters.conf"),
      (
        "http-proxy", #"fastcgi_param HTTP_PROXY        "";"#, "fastcgi_param HTTP_PROXY $http_proxy;",
        "parameters.conf"
      ),
      ("parameters", "  fastcgi_buffering off;", "fastcgi_buffering off; fastcgi_param A b;", "requests.conf"),
      ("request-uri", "REQUEST_URI       $request_uri;", "REQUEST_URI $document_uri;", "parameters.conf"),
      (
        "user-unchecked", "fastcgi_param REQUEST_ID ",
        "fastcgi_param REMOTE_USER $remote_user; fastcgi_param REQUEST_ID ",
        "parameters.conf"
      ),
      (
        "user-unchecked", "fastcgi_param REQUEST_ID ",
        "fastcgi_param REMOTE_USER $http_x_user; fastcgi_param REQUEST_ID ",
        "parameters.conf"
      ),
      ("html-errors", "error_page 413 /.problem/413;", "", "problems.conf"),
      ("method-errors", "error_page 405 = @responder;", "", "sites-enabled/orders"),
      ("stream-buffering", "fastcgi_pass_header X-Accel-Buffering;", "", nil),
      ("cached", "server_tokens off;", "server_tokens off; expires modified +1h;", "server.conf"),
      ("keep-alive", "keepalive 256;", "", "sites-enabled/orders"),
      ("keep-alive", "fastcgi_keep_conn on;", "", nil),
      ("keep-alive-drain", "keepalive_timeout 15s;", "keepalive_timeout 60s;", "upstream.conf"),
      ("keep-alive-drain", "keepalive_timeout 15s;", "", "sites-enabled/orders"),
      ("max-fails", " max_fails=0;", " max_fails=0; server unix:/run/b.sock;", "sites-enabled/orders"),
      ("descriptors", "worker_connections 768;", "worker_connections 4096;", "nginx.conf"),
      (
        "not-passed", "location / {\n  fastcgi_pass orders;", "location / {\n  return 404;", "sites-enabled/orders"
      ),
    ] as [(String, String, String, String?)])
  func broken(_ code: String, _ old: String, _ new: String, _ file: String?) throws {
    let found = try findings(Shipped.nginx([.init(old: old, new: new)]))
    #expect(Set(found.map(\.code)) == [code], "\(found)")
    if let file { #expect(found.allSatisfy { $0.place.contains(file + ":") }, "\(found)") }
  }

  @Test(
    "with authentication changed for the worse lets nobody in unchecked, and no order be everybody's",
    arguments: [
      ("authentication", "user-unchecked", "auth_basic $orders_realm;", "auth_basic off;"),
      ("authentication", "user-not-passed", "fastcgi_param REMOTE_USER $remote_user;", ""),
      ("authentication", "user-unchecked", "auth_basic $orders_realm;", "auth_basic $orders_realm; satisfy any;"),
      ("authentication-request", "user-not-passed", "fastcgi_param REMOTE_USER $orders_user;", ""),
      ("rate-limit", "limit-status", "limit_req_status 429;", ""),
    ])
  func including(_ name: String, _ code: String, _ old: String, _ new: String) throws {
    let found = try findings(Shipped.nginx(including: [name], [.init(old: old, new: new)]))
    #expect(Set(found.map(\.code)) == [code], "\(found)")
  }

  @Test("is judged by the options of the responders that it is for")
  func options() throws {
    let found = try findings(Shipped.nginx()) { facts in
      facts.responders = [Responder(place: "one"), Responder(place: "two")]
      facts.responders[1].bodyLimit = 8 << 20
      facts.responders[1].drain = .seconds(10)
    }
    #expect(found.map(\.code) == ["body-limit", "keep-alive-drain"])
    #expect(found.first?.mend == "client_max_body_size 8256k;")
  }

  @Test("takes the bodies of kinds with files where their include says so, and has a finding without it")
  func uploads() throws {
    let include = """

      # configuration file /etc/nginx/orders/uploads.conf:
      location ~ /scans/?$ { client_max_body_size 200065536; fastcgi_pass orders; }

      """
    let change: (inout Facts) -> Void = { facts in
      facts.paths.append("scans")
      facts.uploads = ["scans": 200_000_000]
    }
    #expect(try findings(Shipped.nginx() + include, change) == [])
    let found = try findings(Shipped.nginx(), change)
    #expect(found.map(\.code) == ["upload-limit"], "\(found)")
    #expect(found.first?.fault.contains("/scans") == true)
  }

  @Test("has a finding where nginx looks for files of jobs elsewhere than they lie")
  func files() throws {
    func codes(_ path: String, other: String? = nil, _ set: String = "", hasFiles: Bool = true) throws -> [String] {
      let nginx = try Shipped.nginx([
        .init(old: "include orders/server.conf;", new: "include orders/server.conf; \(set)")
      ])
      return try findings(nginx) { facts in
        facts.store = StoreFacts(path: path, engine: [3, 40, 1])
        facts.store?.otherPath = other
        facts.store?.hasFiles = hasFiles
      }.map(\.code)
    }
    #expect(try codes("/var/lib/orders/orders.sqlite") == [])
    #expect(try codes("/data/orders.sqlite", other: "/var/lib/orders/orders.sqlite") == [])
    #expect(try codes("/srv/a.sqlite", hasFiles: false) == [])
    #expect(try codes("/srv/a.sqlite") == ["files-folder"])
    #expect(try codes("/srv/a.sqlite", "set $orders_files /srv/a.sqlite-files;") == [])
    #expect(try codes("/srv/a.sqlite", "set $orders_files /srv/b.sqlite-files;") == ["files-folder"])
    #expect(try codes("/srv/a.sqlite", "set $orders_files /run/orders-up/8080/orders.sqlite-files;") == [])
  }

  /// What nginx has in effect where a site of its own has the service at `/api`.
  private static func mounted(_ changes: Shipped.Change...) throws -> String {
    let site = """
      http { gzip on; include orders/http.conf;
        upstream orders { server unix:/run/orders/orders.sock max_fails=0; include orders/upstream.conf; }
        server { listen 127.0.0.1:80; root /srv/site; error_page 404 502 /own.html; expires 1h;
          location ~ \\.(php|js)$ { fastcgi_pass unix:/run/php/php.sock; }
          location /api/ { include orders/mount.conf; } } }
      """
    return try Shipped.nginx([.init(old: "http { gzip on; include sites-enabled/*; }", new: site)] + changes)
  }

  @Test(
    "has the service at a path that is the end of the responders'; a server of its own passes on any",
    arguments: [
      ("/api", []), ("/outer/api", []), ("", ["base-path"]), ("/shop", ["base-path"]), ("/api/v1", ["base-path"]),
      ("/my-api", ["base-path"]),
    ])
  func basePath(path: String, codes: [String]) throws {
    let change: (inout Facts) -> Void = { facts in
      facts.responders = [Responder(place: "orders@.service:9")]
      facts.responders[0].basePath = path
    }
    let found = try findings(Self.mounted(), change)
    #expect(found.map(\.code) == codes, "\(found)")
    #expect(found.allSatisfy { $0.place.hasPrefix("/etc/nginx/nginx.conf:") && $0.mend.contains("--base-path /api ") })
    #expect(try findings(Shipped.nginx(), change) == [])
    let reach = try NginxConfiguration(Self.mounted()).reach(of: ["orders"], below: [path])
    #expect(reach?.addresses == ["127.0.0.1:80"])
  }

  @Test(
    "in a location of another server is looked at as one of its own",
    arguments: [
      ("html-errors", "error_page 413 $orders_here/.problem/413;", ""),
      ("absolute-redirect", "absolute_redirect off;", ""), ("body-limit", "client_max_body_size 4160k;", ""),
      ("read-timeout", "fastcgi_read_timeout 75s;", "fastcgi_read_timeout 50s;"), ("cached", "expires off;", ""),
      ("stream-buffering", "fastcgi_pass_header X-Accel-Buffering;", ""),
      ("open-without-login", "listen 127.0.0.1:80;", "listen 80;"), ("keep-alive", "fastcgi_keep_conn on;", ""),
    ])
  func mountedBroken(code: String, old: String, new: String) throws {
    let text = try Self.mounted(.init(old: old, new: new))
    let found = try findings(text) { facts in
      facts.responders = [Responder(place: "one")]
      facts.responders[0].basePath = "/api"
    }
    #expect(Set(found.map(\.code)) == [code], "\(found)")
  }

  @Test("has to pass orders in a server part, and not only what is for whoever runs the machine")
  func internalsAlone() throws {
    let found = try findings(
      Shipped.nginx(including: ["internals"], [.init(old: "  include orders/server.conf;", new: "")]))
    #expect(found.map(\.code) == ["not-passed"])
    let denial = Shipped.Change(old: "    deny all;\n    fastcgi_pass", new: "    fastcgi_pass")
    #expect(try findings(Shipped.nginx(including: ["internals"], [denial])) == [])
    let address = Shipped.Change(old: "listen 127.0.0.1:8081;", new: "listen 8081;")
    let open = try findings(Shipped.nginx(including: ["internals"], [denial, address]))
    #expect(open.map(\.code) == ["internals-open"])
    #expect(open.allSatisfy { $0.place.contains("internals.conf:") })
  }

  @Test("may do without what changes nothing")
  func needless() throws {
    // Responders ask for it, and the only server of an upstream is never given up.
    for line in ["fastcgi_buffering off;", " max_fails=0"] {
      #expect(try findings(Shipped.nginx([.init(old: line, new: "")])) == [])
    }
    // As systemd's LimitNOFILE= gave it to the worker that runs.
    let many = try Shipped.nginx([.init(old: "worker_connections 768;", new: "worker_connections 4096;")])
    #expect(try findings(many) { $0.nginxDescriptors = 65536 } == [])
    #expect(try findings(many) { $0.nginxDescriptors = 4095 }.map(\.code) == ["descriptors"])
  }

  @Test(
    "lets only those ask for what is inside who are here, or log in",
    arguments: [
      (#"auth_basic "x"; fastcgi_param REMOTE_USER $remote_user;"#, "", true), ("", "", false),
      (#"auth_basic "x";"#, "satisfy any; allow all;", false), (#"auth_basic "x";"#, "satisfy any; deny all;", true),
    ])
  func logins(_ server: String, _ location: String, _ isClosed: Bool) throws {
    let found = try findings(
      Shipped.nginx([
        .init(old: "  listen 127.0.0.1:80;", new: "  listen 80;"),
        .init(old: "absolute_redirect off;", new: "absolute_redirect off; \(Self.mark) \(server) \(location)"),
      ]))
    #expect(found.contains { $0.code == "internals-open" } != isClosed, "\(found)")
  }

  @Test(
    "lets nobody ask for what is inside who came through a proxy on this machine",
    arguments: ["$http_x_forwarded_for", "$http_forwarded", "$http_via", "$http_x_real_ip"])
  func proxies(_ field: String) throws {
    let found = try findings(Shipped.nginx(including: ["internals"], [.init(old: field, new: "")]))
    #expect(found.map(\.code) == ["internals-open"])
  }

  @Test(
    "has to pass the secret that responders ask for, and is never quoted with it",
    arguments: [
      ("a", ["a"], 0o600, []), ("b", ["a", "b"], 0o600, []), ("a", nil, 0o600, []),
      ("c", ["a", "b"], 0o600, ["secret-differs"]), (nil, ["a"], 0, ["secret-missing"]),
      ("a", ["a"], 0o644, ["secret-open"]),
    ] as [(String?, [String]?, UInt32, [String])])
  func secrets(_ passed: String?, _ taken: [String]?, _ mode: UInt32, _ codes: [String]) throws {
    let word = String(repeating: "never-printed-", count: 3)
    var text = try Shipped.nginx()
    if let passed {
      text +=
        "\n# configuration file /etc/nginx/orders/secret.conf:\nfastcgi_param ORDERS_SECRET \"\(word + passed)\";\n"
    }
    let found = try findings(text) { facts in
      facts.responders = [Responder(place: "one")]
      facts.responders[0].asksForSecret = true
      facts.responders[0].secrets = taken?.map { word + $0 }
      facts.secretFileModes = ["/etc/nginx/orders/secret.conf": mode]
    }
    #expect(found.map(\.code) == codes)
    #expect(!"\(found)".contains(word))
    #expect(try NginxConfiguration(text).secretFiles == (passed == nil ? [] : ["/etc/nginx/orders/secret.conf"]))
    let unasked = try findings(text) { $0.responders = [Responder(place: "one")] }
    #expect(unasked.map(\.code) == (passed == nil ? [] : ["secret-unchecked"]))
  }

  @Test("needs folders that its workers can write to, with room")
  func folders() throws {
    let shipped = try NginxConfiguration(Shipped.nginx()).temporaryFolders()
    #expect(shipped.map(\.directive) == ["client_body_temp_path"] && shipped.allSatisfy { $0.path == nil })
    let changed = try Shipped.nginx([
      .init(old: "fastcgi_max_temp_file_size 0;", new: "fastcgi_temp_path /a/b 1 2;"),
      .init(old: "keepalive_requests 10000;", new: "client_body_temp_path /c;"),
    ])
    let own = try NginxConfiguration(changed).temporaryFolders()
    #expect(own.map(\.path) == ["/c", "/a/b"])

    let states: [(TemporaryFolder.State, String?)] = [
      (.missing, "temporary-folder"),
      (.there(freeSpace: 1 << 40, shut: "/root", isReadOnly: false), "temporary-folder"),
      (.there(freeSpace: 1 << 40, shut: nil, isReadOnly: true), "temporary-folder"),
      (.there(freeSpace: 1 << 20, shut: nil, isReadOnly: false), "temporary-space"),
      (.there(freeSpace: 1 << 40, shut: nil, isReadOnly: false), nil),
    ]
    for (state, code) in states {
      let found = try findings(Shipped.nginx()) { facts in
        facts.temporaryFolders = [TemporaryFolder(directive: "client_body_temp_path", path: "/c", state: state)]
      }
      #expect(found.map(\.code) == (code.map { [$0] } ?? []) && found.allSatisfy { $0.place == "/c" })
    }
  }

  @Test("of others is no concern of ours: other servers, other upstreams, other sockets")
  func others() throws {
    let other = """
      http { gzip on; server { location ~ \\.php$ { fastcgi_pass unix:/run/php/php.sock; fastcgi_read_timeout 5s; }
        location / { root /x; } } include sites-enabled/*; }
      """
    let text = try Shipped.nginx([.init(old: "http { gzip on; include sites-enabled/*; }", new: other)])
    #expect(try findings(text) == [])
  }

  @Test("is found by its socket where the upstream has another name, or none")
  func otherNames() throws {
    let changed = try Shipped.nginx([
      .init(old: "upstream orders {", new: "upstream shop {"),
      .init(old: "fastcgi_pass orders;", new: "fastcgi_pass shop;"),
    ])
    #expect(try findings(changed) == [])
    let direct = try Shipped.nginx([
      .init(old: "fastcgi_pass orders;", new: "fastcgi_pass unix:/run/orders/orders.sock;")
    ])
    #expect(Set(try findings(direct).map(\.code)) == ["keep-alive"])
  }
}
