import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// How nginx serves the page. What it does in a browser is looked at by Tests/Page.
  @Suite("The page", .served())
  struct PageTests {
    static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

    @Test(
      "is at / for who asks for HTML by name",
      arguments: ["GET", "HEAD"],
      [browser, "text/html", "TEXT/HTML", "text/plain, text/html;q=0.5", "text/html ;level=1, */*;q=0.1"])
    func page(method: String, accept: String) async throws {
      try await served { service in
        let answer = try service.client().send(method, "/", headers: ["Accept": accept])
        #expect(answer.status == 200 && answer["content-type"] == "text/html; charset=utf-8")
        #expect(method == "HEAD" ? answer.body.isEmpty : answer.text.contains("<title>Orders</title>"))
        #expect(answer["vary"]?.contains("Accept") == true)
      }
    }

    @Test(
      "leaves / to the service for everyone else",
      arguments: [
        nil, "*/*", "application/json", "application/json, text/html", "application/*, */*;q=0.1", "text/html;q=0, */*",
      ])
    func document(accept: String?) async throws {
      try await served { service in
        let answer = try service.client().send("GET", "/", headers: accept.map { ["Accept": $0] } ?? [:])
        #expect(answer.status == 200 && answer["content-type"] == "application/json")
        #expect(answer.json["collections"] as? [String] == ["/orders", "/reports"])
        #expect(answer["vary"] == "Accept")
      }
    }

    @Test(
      "is at / for who wants HTML more than JSON, by weights and wildcards in every order",
      arguments: [
        (["text/html", "application/json;q=0.9"], true), (["text/html;q=0.9", "application/json"], false),
        (["text/html;q=0.8", "application/json;q=0.9", "*/*;q=0.1"], false),
        (["text/html", "application/xhtml+xml", "application/xml;q=0.9", "*/*;q=0.8"], true),
        (["text/html;q=0.5", "*/*"], false), (["text/html", "*/*;q=0.1"], true), (["text/html", "*/*"], true),
        (["text/html", "application/json"], false), (["text/*", "application/json;q=0.5"], true),
        (["text/*;q=0.5", "application/*"], false), (["text/html;q=0.001", "application/json;q=0"], true),
        (["text/html;q=0", "*/*;q=0.5"], false), (["application/vnd.json+zip", "text/html", "*/*;q=0.1"], true),
        (["text/html;level=1;q=0.2", "application/json;q=0.3"], false), (["TEXT/HTML;Q=0.4", "*/*;q=0.3"], true),
        (["*/*;q=0", "text/html;q=0.1"], true),
      ] as [([String], Bool)])
    func weights(ranges: [String], isPage: Bool) async throws {
      try await served { service in
        for order in permutations(of: ranges) {
          let accept = order.joined(separator: ", ")
          let answer = try service.client().send("GET", "/", headers: ["Accept": accept])
          let type = isPage ? "text/html; charset=utf-8" : "application/json"
          #expect(answer.status == 200 && answer["content-type"] == type, "\(accept)")
          #expect(answer["vary"]?.contains("Accept") == true, "\(accept)")
        }
      }
    }

    @Test(
      "is at / for a browser while no responder is there; everyone else is told so", arguments: HTTPVersion.allCases)
    func away(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(
          beside: service, changes: [.init("nginx.conf", "server unix:", "server unix:/nowhere")])
        for target in ["/", "/?a=b"] {
          let page = try gateway.send(over: version, "GET", target, headers: ["Accept": Self.browser])
          #expect(page.status == 502 && page.text.contains("<title>Orders</title>"))
          #expect(page["content-type"] == "text/html; charset=utf-8")
          #expect(page["content-security-policy"]?.isEmpty == false && page["cache-control"] == "no-cache")
        }
        for (method, target, accept) in [
          ("GET", "/", "*/*"), ("GET", "/", "application/json, text/html"), ("POST", "/", Self.browser),
          ("GET", "/orders", Self.browser), ("GET", "/healthz?/", Self.browser),
        ] {
          let answer = try gateway.send(over: version, method, target, headers: ["Accept": accept])
          expectProblem(answer, 502, "service-unavailable", "\(method) \(target)")
        }
      }
    }

    @Test("leaves other methods at / to the service, whatever they accept")
    func methods() async throws {
      try await served { service in
        for method in ["POST", "DELETE", "PUT", "TRACE"] {
          let answer = try service.client().send(method, "/", headers: ["Accept": Self.browser])
          #expect(answer.status == 405 && answer["allow"] == "GET, HEAD, OPTIONS", "\(method)")
        }
        let options = try service.client().send("OPTIONS", "/", headers: ["Accept": Self.browser])
        #expect(options.status == 204 && options["allow"] == "GET, HEAD, OPTIONS")
      }
    }

    @Test("has each of its files, with its type, a tag, and nothing from elsewhere")
    func files() async throws {
      try await served { service in
        let folder = RunningService.repository + "/nginx/page"
        let types = [
          "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
          "svg": "image/svg+xml; charset=utf-8", "json": "application/json",
        ]
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "index.html" }
        #expect(names.count > 10)
        for name in names {
          let answer = try service.client().send("GET", "/page/" + name)
          let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
          #expect(answer.status == 200 && answer.text == text, "\(name)")
          #expect(answer["content-type"] == types[URL(filePath: name).pathExtension], "\(name)")
          #expect(answer["cache-control"] == "no-cache" && answer["x-content-type-options"] == "nosniff", "\(name)")
          #expect(answer["referrer-policy"] == "no-referrer")
          let policy = answer["content-security-policy"] ?? ""
          #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; "), "\(name)")
          #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
          let tag = try #require(answer["etag"])
          let same = try service.client().send("GET", "/page/" + name, headers: ["If-None-Match": tag])
          #expect(same.status == 304 && same.body.isEmpty, "\(name)")
          // The namespace of SVG is a name, nothing that is fetched.
          let addresses = text.replacing("http://www.w3.org/2000/svg", with: "")
          #expect(!addresses.contains("http://") && !addresses.contains("https://"), "\(name)")
          #expect(!text.contains("innerHTML") && !text.contains(" style="), "\(name)")
        }
      }
    }

    @Test("names its files from where the service is, and is at no other address", arguments: ["", "index.html", "?x"])
    func ownAddress(name: String) async throws {
      try await served { service in
        let answer = try service.client().send("GET", "/page/" + name, headers: ["Accept": Self.browser])
        #expect(answer.status == 302 && answer["location"] == "../")
      }
    }

    @Test("takes a brand of one's own from the folder beside it")
    func brand() async throws {
      try await served { service in
        #expect(try service.client().send("GET", "/page/brand.json").text == "{}\n")
        let folder = service.data + "/run/\(service.port)/brand"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try #"{"name":"Acme"}"#.write(toFile: folder + "/brand.json", atomically: true, encoding: .utf8)
        try "<svg/>".write(toFile: folder + "/logo.svg", atomically: true, encoding: .utf8)
        try "secret".write(toFile: folder + "/notes.txt", atomically: true, encoding: .utf8)
        let answer = try service.client().send("GET", "/page/brand.json")
        #expect(answer.text == #"{"name":"Acme"}"# && answer["content-security-policy"] != nil)
        #expect(try service.client().send("GET", "/page/logo.svg").text == "<svg/>")
        for name in ["notes.txt", "brand/notes.txt", "logo.png"] {
          #expect(try service.client().send("GET", "/page/" + name).status == 404, "\(name)")
        }
      }
    }

    @Test("is compressed for who takes gzip")
    func compressed() async throws {
      try await served { service in
        for name in ["page.css", "list.css", "list-view.js"] {
          let plain = try service.client().send("GET", "/page/" + name)
          let small = try service.client().send("GET", "/page/" + name, headers: ["Accept-Encoding": "gzip"])
          #expect(small["content-encoding"] == "gzip" && small.body.count * 2 < plain.body.count, "\(name)")
        }
      }
    }

    @Test("has nothing beside its files: a problem document says so")
    func nothingElse() async throws {
      try await served { service in
        for target in [
          "/page", "/page/none.js", "/page/../nginx.conf", "/page/%2e%2e/nginx.conf", "/nginx.conf",
          "/page/orders/users",
        ] {
          let answer = try service.client().send("GET", target, headers: ["Accept": "*/*"])
          expectProblem(answer, 404, "not-found", target)
        }
      }
    }

    @Test("can only be read", arguments: HTTPVersion.allCases)
    func methods(version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
          let answer = try gateway.send(over: version, method, "/page/main.js")
          try expectNginxProblem(answer, 405, "method-not-allowed", from: gateway)
          #expect(answer["allow"] == "GET, HEAD")
        }
        for (target, accept) in [("/page/main.js", "*/*"), ("/", Self.browser)] {
          let answer = try gateway.send(
            over: version, "GET", target, headers: ["Accept": accept, "If-Match": #""x""#])
          try expectNginxProblem(answer, 412, "precondition-failed", from: gateway)
        }
        try gateway.stopsWell()
      }
    }

    @Test("is for those who are logged in, where somebody has to be", arguments: Login.allCases)
    func login(_ login: Login) async throws {
      try await served { service in
        let gateway = try login.gateway(beside: service)
        for target in ["/", "/page/main.js"] {
          let refused = try gateway.send(over: .http1, "GET", target, headers: ["Accept": Self.browser])
          try expectNginxProblem(refused, 401, "unauthorized", from: gateway)
          let page = try gateway.send(
            over: .http1, "GET", target,
            headers: ["Accept": Self.browser, "Authorization": login.authorization("ann")])
          #expect(page.status == 200 && page["content-security-policy"] != nil, "\(target)")
        }
        try gateway.stopsWell()
      }
    }
  }
}

/// All orders of up to four.
private func permutations(of ranges: [String]) -> [[String]] {
  guard ranges.count > 1 else { return [ranges] }
  return ranges.indices.flatMap { index in
    var rest = ranges
    let first = rest.remove(at: index)
    return permutations(of: rest).map { [first] + $0 }
  }
}
