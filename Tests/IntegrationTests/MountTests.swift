import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// An nginx that has a site of its own, with the service at `/api` in it, and another nginx in front with another path.
  @Suite("In a server that has other things")
  struct MountTests {
    private let kinds: TemporaryFolder

    init() throws {
      kinds = try TemporaryFolder()
      chmod(kinds.path, 0o755)
      try write(
        "copy.yaml",
        """
        name: copy
        path: copies
        program: [./copy]
        files: {document: {types: [text/plain], each: 6MB, total: 6MB}}
        result: {file: copy.php, types: [text/plain]}

        """)
      try write("copy", "#!/bin/sh\ncp in/document/0 out/copy.php\necho copied >&2\n")
      chmod(kinds.path + "/copy", 0o755)
    }

    private func write(_ name: String, _ text: String) throws {
      try text.write(toFile: kinds.path + "/" + name, atomically: false, encoding: .utf8)
    }

    /// The site, with and without the service in it.
    private static func site(_ port: Int, _ mount: String = "", in service: RunningService) -> String {
      """
      server {
        listen 127.0.0.1:\(port);
        root site;
        client_max_body_size 1m;
        error_page 404 /missing.html;
        error_page 413 =418 /large.html;
        error_page 400 405 414 494 502 /broken.html;
        location = /broken.html { internal; }
        add_header X-Site its-own;
        expires 1h;
        location ~ \\.php$ { default_type text/html; return 200 "by PHP: $uri"; }
        location ~* \\.(js|css|svg|jpg)$ { expires 30d; }
        location /old/ { return 302 /new/; }
        location /away/ { fastcgi_pass unix:/nowhere; }
        \(mount)
      }
      """
    }

    private static let pages = [
      "site/index.html": "the site's first page", "site/missing.html": "the site's own 404",
      "site/large.html": "the site's own 413", "site/broken.html": "the site is broken",
      "site/page/main.js": "// its own",
      "site/apis": "no API", "site/style.css": "p {}", "site/orders/index.html": "the site's own orders",
    ]

    private func gateway(
      _ service: RunningService, inside port: Int, _ http: String = "", include: String = "include orders/mount.conf;"
    ) throws -> Gateway {
      let mount = """
        set $orders_page page;
        set $orders_files "\(service.database)-files";
        location /api/ { \(include) }
        """
      return try Gateway(
        beside: service, http: Self.site(port, mount, in: service) + "\n" + http, files: Self.pages)
    }

    /// The path of a file with so many bytes.
    private func large(_ count: Int) throws -> String {
      try write("large", String(repeating: "x", count: count))
      return kinds.path + "/large"
    }

    private func start(_ options: String...) async throws -> RunningService {
      try await RunningService.start(options: ["--pace", "0s"] + options, kinds: kinds.path)
    }

    @Test("its pages and its own errors stay as they were, byte for byte")
    func unchanged() async throws {
      let service = try await start("--base-path", "/api")
      try await blocking {
        let (with, without) = (freePort(), freePort())
        let gateway = try gateway(service, inside: with, Self.site(without, in: service))
        let long = String(repeating: "a", count: 40_000)
        let requests: [(method: String, target: String, body: String?)] = [
          ("GET", "/", nil), ("HEAD", "/", nil), ("GET", "/none", nil), ("GET", "/x.php", nil),
          ("GET", "/api.php", nil),
          ("GET", "/page/main.js", nil), ("GET", "/page/none.js", nil), ("GET", "/style.css", nil),
          ("GET", "/apis", nil),
          ("GET", "/orders/", nil), ("GET", "/orders", nil), ("GET", "/orders/1", nil), ("GET", "/old/x", nil),
          ("GET", "/away/x", nil), ("POST", "/x.jpg", "{}"), ("GET", "/.problem/404", nil), ("GET", "/.files/x", nil),
          ("GET", "/openapi.json", nil), ("GET", "/healthz", nil), ("GET", "/" + long, nil), ("TRACE", "/", nil),
          ("GET", "/orders%00", nil), ("POST", "/x.php", try "@" + large(1_100_000)),
        ]
        for request in requests {
          let answers = try [with, without].map { port in
            let answer = try Curl.send(request.method, request.target, body: request.body, port: port)
            let fields = answer.headers.filter { !["date", "expires", "location"].contains($0.key) }
            return HTTPClient.Answer(status: answer.status, headers: fields, body: answer.body)
          }
          let what = Comment(rawValue: "\(request.method) \(request.target.prefix(40)) \(answers[0].status)")
          #expect(answers[0].status == answers[1].status && answers[0].headers == answers[1].headers, what)
          #expect(answers[0].body == answers[1].body, what)
          #expect(answers[0]["content-type"] != "application/problem+json", what)
        }
        _ = gateway
      }
      try await service.stopsWell()
    }

    @Test("what nginx answers itself below the path is a problem document")
    func problems() async throws {
      let service = try await start("--base-path", "/api")
      try await blocking {
        let port = freePort()
        let gateway = try gateway(
          service, inside: port,
          """
          limit_req_zone $uri zone=mounted:1m rate=1r/m;
          upstream gone { server unix:/nowhere; }
          """,
          include: """
            include orders/mount.conf;
              location = /api/limited { limit_req zone=mounted; fastcgi_pass orders; }
              location = /api/gone { fastcgi_pass gone; }
              location = /api/orders/1/status { fastcgi_read_timeout 300ms; fastcgi_pass orders; }
            """)
        func send(_ method: String, _ target: String, _ body: String? = nil) throws -> HTTPClient.Answer {
          try Curl.send(method, target, body: body, port: port)
        }
        for target in [
          "/api/none", "/api/x.php", "/api/orders/1/x.jpg", "/api/page/none.js", "/api/.files/x", "/api/.problem/413",
        ] {
          expectProblem(try send("GET", target), 404, "not-found", target)
        }
        expectProblem(try send("POST", "/api/page/main.js", "{}"), 405, "method-not-allowed")
        let order = try send("POST", "/api/orders", "@" + large(4_400_000))
        expectProblem(order, 413, "body-too-large")
        #expect((order.json["detail"] as? String)?.contains(" 4194304 ") == true)
        let upload = try send("POST", "/api/copies", "@" + large(12_000_000))
        expectProblem(upload, 413, "body-too-large")
        #expect((upload.json["detail"] as? String)?.contains(" 11242880 ") == true, "\(upload.text)")
        expectProblem(try send("GET", "/api/limited"), 404, "not-found")
        expectProblem(try send("GET", "/api/limited"), 429, "too-many-requests")
        for method in ["GET", "POST", "DELETE"] {
          let gone = try send(method, "/api/gone", "{}")
          expectProblem(gone, 502, "service-unavailable")
          #expect(gone["retry-after"] == "2")
        }
        let pids = try service.responders()
        for pid in pids { kill(pid, SIGSTOP) }
        defer { for pid in pids { kill(pid, SIGCONT) } }
        expectProblem(try send("GET", "/api/orders/1/status"), 504, "gateway-timeout")
        _ = gateway
      }
      try await service.stopsWell()
    }

    @Test(
      "everything that leads on is followed, from the page to files, also behind another nginx with another path",
      arguments: ["", "/outer"])
    func crawled(_ prefix: String) async throws {
      let service = try await start("--base-path", prefix + "/api")
      try await blocking {
        let (inside, front) = (freePort(), freePort())
        let proxy =
          "server { listen 127.0.0.1:\(front); location \(prefix)/ { proxy_pass http://127.0.0.1:\(inside)/; } }"
        let gateway = try gateway(service, inside: inside, proxy)
        let base = "\(prefix)/api"
        for _ in 1...2 { try Self.submit(to: base, port: front) }
        let copy = try HTTPClient(port: front).send(
          "POST", base + "/copies/", headers: ["Content-Type": "text/plain", "Prefer": "wait=30"], body: "a text")
        #expect(copy.status == 201 && copy["location"] == base + "/copies/3", "\(copy.text)")

        let report = try HTTPClient(port: front).send(
          "POST", base + "/reports", headers: ["Prefer": "wait=30"], body: #"{"from":"2020-01-01","to":"2100-01-01"}"#)
        #expect(report.status == 201 && report["location"] == base + "/reports/4", "\(report.text)")

        var crawler = Crawler(port: front, base: base)
        try crawler.crawl(from: [base + "/", base + "/orders?limit=1", base + "/copies/3", base + "/openapi.json"])
        #expect(crawler.astray == [])
        for target in [
          "/orders", "/orders/1/status", "/orders/1/result", "/copies/3/result", "/copies/3/result/copy.php",
          "/copies/3/files/document/0", "/page/main.js", "/page/page.css", "/page/live.js",
        ] {
          #expect(crawler.seen[base + target] == 200, "\(target)")
        }
        #expect(crawler.seen.keys.contains { $0.hasPrefix(base + "/orders?limit=1&after=") })

        let file = try HTTPClient(port: front).send("GET", base + "/copies/3/result")
        #expect(file.text == "a text" && file["content-type"] == "text/plain; charset=utf-8")
        #expect(file["x-content-type-options"] == "nosniff" && file["expires"] == nil)
        let part = try HTTPClient(port: front).send(
          "GET", base + "/copies/3/files/document/0", headers: ["Range": "bytes=2-"])
        #expect(part.status == 206 && part.text == "text")
        let large = try HTTPClient(port: inside).send(
          "POST", "/api/copies", headers: ["Content-Type": "text/plain", "Prefer": "wait=30"],
          body: String(repeating: "x", count: 5_000_000))
        #expect(large.status == 201)
        let events = try EventSocket(base + "/orders/1/events", port: front)
        #expect(try events.event().data["status"] as? String == "complete")

        var client = TerminalClient(port: front)
        client.environment = ["ORDERS_URL": client.url + base]
        let submitted = try client("submit", "--amount", "1", "tea", "--wait", "20s")
        #expect(submitted.status == 0, "\(submitted.errors)")
        let list = try client("list", "--json")
        #expect(list.status == 0 && list.output.contains("tea"), "\(list.output) \(list.errors)")
        #expect(try client("result", "copies/3").output == "a text")
        try gateway.stopsWell()
      }
      try await service.stopsWell()
    }

    @Test(
      "is what doctor understands: silent where nginx and responders agree, else it names both paths",
      arguments: [("/outer/api", []), ("/api", []), ("/shop", ["base-path"]), ("/", ["base-path"])])
    func doctor(base: String, codes: [String]) async throws {
      let service = try await start("--base-path", base)
      try await blocking {
        let gateway = try gateway(service, inside: freePort())
        try FileManager.default.createSymbolicLink(
          atPath: gateway.path + "/orders.sock",
          withDestinationPath: service.data + "/run/\(service.port)/orders.sock")
        let told = try run(
          RunningService.binary,
          ["doctor", "--json", "--nginx-prefix", gateway.path, "--store", "sqlite:" + service.database])
        let report = try JSONSerialization.jsonObject(with: Data(told.output.utf8)) as? [String: Any]
        let found = report?["findings"] as? [[String: Any]] ?? []
        let named = Set(found.compactMap { $0["code"] as? String }).subtracting(["file-system"])
        #expect(named == Set(codes), "\(told.output) \(told.errors)")
      }
      try await service.stopsWell()
    }

    /// Submits an order, and follows its Location to its end.
    private static func submit(to base: String, port: Int) throws {
      let order = #"{"products":["a"],"amount":1}"#
      let answer = try HTTPClient(port: port).send("POST", base + "/orders", body: order)
      let location = try #require(answer["location"])
      #expect(location.hasPrefix(base + "/orders/") && location.hasSuffix("/status"))
      let status = try HTTPClient(port: port).send("GET", location, headers: ["Prefer": "wait=20"])
      #expect(status.status == 200 && status.json["status"] as? String == "complete", "\(status.text)")
    }
  }
}

/// Follows what leads on, as a client would resolve it, and keeps what led nowhere.
private struct Crawler {
  let port: Int
  /// Nothing outside of it is asked for.
  let base: String
  /// The status of each address.
  private(set) var seen: [String: Int] = [:]
  /// What is outside, or is not there.
  private(set) var astray: Set<String> = []
  private var waiting: [String] = []

  init(port: Int, base: String) {
    self.port = port
    self.base = base
  }

  mutating func crawl(from addresses: [String]) throws {
    waiting = addresses
    while let address = waiting.popLast() {
      if seen[address] != nil { continue }
      for accept in address == base + "/" ? ["*/*", "text/html"] : ["*/*"] {
        let answer = try HTTPClient(port: port).send("GET", address, headers: ["Accept": accept])
        seen[address] = answer.status
        if answer.status == 404 || answer.status >= 500 { astray.insert("\(address): \(answer.status)") }
        for link in Self.links(in: answer) where !link.hasPrefix("#") { follow(link, from: address) }
      }
    }
  }

  private mutating func follow(_ link: String, from address: String) {
    let target = URL(string: link, relativeTo: URL(string: "http://host\(address)"))?.absoluteURL
    let path = target?.path(percentEncoded: true) ?? ""
    guard let target, target.host() == "host", path == base || path.hasPrefix(base + "/") else {
      astray.insert("\(address) names \(link)")
      return
    }
    waiting.append(path + (target.query(percentEncoded: true).map { "?" + $0 } ?? ""))
  }

  private static func links(in answer: HTTPClient.Answer) -> [String] {
    let text = answer.text
    let named = [answer["location"]].compactMap(\.self) + matches(#"<([^>]*)>; rel="#, in: answer["link"] ?? "")
    return switch answer["content-type"]?.prefix(while: { $0 != ";" }) {
    case "text/html": named + matches(#"(?:href|src)="([^"]*)""#, in: text)
    case "text/javascript": named + matches(#"from "([^"]*)""#, in: text)
    case "application/json": named + described(answer.json)
    default: named
    }
  }

  private static func matches(_ pattern: String, in text: String) -> [String] {
    guard let regex = try? Regex(pattern) else { return [] }
    return text.matches(of: regex).compactMap { $0.output[1].substring.map(String.init) }
  }

  /// What JSON documents of the service lead to. Templates of the description are filled in with ids that there are.
  private static func described(_ json: [String: Any]) -> [String] {
    var found = ["next", "description"].compactMap { json[$0] as? String }
    found += json["collections"] as? [String] ?? []
    found += (json["kinds"] as? [[String: Any]] ?? []).compactMap { $0["path"] as? String }
    found += [(json["try"] as? [String: Any])?["path"] as? String].compactMap(\.self)
    let server = (json["servers"] as? [[String: Any]])?.first?["url"] as? String
    for (path, value) in json["paths"] as? [String: Any] ?? [:] {
      // Streams don't end, and some addresses are for the machine alone.
      guard let server, let item = value as? [String: Any], item["get"] != nil, item["servers"] == nil,
        !path.hasSuffix("/events")
      else { continue }
      let id = path.hasPrefix("/copies") ? "3" : path.hasPrefix("/reports") ? "4" : "1"
      found.append(server + path.replacing("{id}", with: id).replacing("{number}", with: "0"))
    }
    return found
  }
}
