import TestSupport
import Testing

extension BehindNginx {
  @Suite("Addresses", .served())
  struct RoutingTests {
    @Test("unknown route: 404, matched on the raw address, of which nothing is decoded, merged or resolved")
    func raw() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        let unknown = [
          "//orders", "/orders//", "//", "/orders//\(id)", "/orders/\(id)//", "/orders/\(id)//status",
          "/orders%2F\(id)", "/orders/\(id)%2Fstatus", "/%6Frders", "/orders/%31", "/orders/\(id)%20", "/ORDERS",
          "/Orders/\(id)", "/orders/\(id)/..", "/orders/../orders", "/orders/\(id)/../\(id)", "/orders/./\(id)",
          "/./orders", "/orders/.", "/orders/\(id)/status/x", "/orders/\(id)/cancel/now", "/orders/\(id)/unknown",
          "/orders/\(id)/Status", "/order", "/orders.json", "/orders;a=b", "/orders/\(id);a", "/favicon.ico",
          "/robots.txt", "/index.html", "/.problem/400", "/.problem/header", "/status", "/orders/status", "/orders/*",
          "/orders\\\(id)", "/orders/é", "/orders/%C3%A9", "/healthz/x", "/events/", "/a/events",
        ]
        for target in unknown {
          expectProblem(try client.send("GET", target), 404, "not-found", target)
        }
      }
    }

    @Test("malformed id: 404, and so is one that nobody has", arguments: ["", "/status", "/result", "/cancel"])
    func malformedID(tail: String) async throws {
      try await served { service in
        let client = service.client()
        _ = try client.submit()
        let ids = [
          "0", "-1", "+1", "007", "01", "abc", "1a", "1.0", "1e0", "0x1", "%31", "１", "9223372036854775807",
          "9223372036854775808", "18446744073709551617", "99999999999999999999999999",
          String(repeating: "1", count: 4096),
          "null", "NaN", "1,2", "1-1", "'",
        ]
        for id in ids {
          for slash in ["", "/"] {
            let method = tail == "/cancel" ? "DELETE" : "GET"
            expectProblem(try client.send(method, "/orders/\(id)\(tail)\(slash)"), 404, "not-found", "\(id)\(tail)")
          }
        }
      }
    }

    @Test("what isn't a path at all is nginx's 400, as a problem document")
    func notAPath() async throws {
      try await served { service in
        for target in ["/orders%00", "/orders/1%00", "/../orders", "/orders/../../x", "/%", "/%zz", "/%2"] {
          expectProblem(try service.client().send("GET", target), 400, "bad-request", target)
        }
      }
    }

    @Test("a query says nothing where none is expected, and a trailing slash may come before it")
    func query() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        _ = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=10"])
        for path in ["/orders", "/orders/\(id)", "/orders/\(id)/status", "/orders/\(id)/result", "/healthz"] {
          for tail in ["?", "/?", "?x", "/?x=y&z", "?%zz", "?/orders/999", "?a=b?c=d", "?x=%00", "?é", "/?x=/../.."] {
            #expect(try client.send("GET", path + tail).status == 200, "\(path)\(tail)")
          }
        }
        #expect(try client.send("GET", "/?x=/orders").status == 200)
        #expect(try client.send("GET", "/orders/\(id)?limit=0&status=nonsense").status == 200)
        expectProblem(try client.send("GET", "/unknown?/orders"), 404, "not-found")
        #expect(try client.send("POST", "/orders/?x=y", body: #"{"products":["a"],"amount":1}"#).status == 202)
      }
    }

    @Test("an absolute address is the same as its path")
    func absolute() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        let answer = try client.send("GET", "http://orders.example/orders/\(id)/")
        #expect(answer.status == 200)
        #expect(answer.json["id"] as? Int == id)
      }
    }

    @Test("the first page says what to try, and Location names no host")
    func welcome() async throws {
      try await served { service in
        let client = service.client()
        let welcome = try client.send("GET", "/")
        #expect(welcome.status == 200)
        #expect(welcome.text.contains("/orders"))
        let answer = try client.send(
          "POST", "/orders", headers: ["X-Forwarded-Host": "evil.example"], body: #"{"products":["a"],"amount":1}"#)
        let id = try #require(answer.json["id"] as? Int)
        #expect(answer["location"] == "/orders/\(id)/status")
      }
    }
  }
}
