import TestSupport
import Testing

extension BehindNginx {
  @Suite("Methods", .served())
  struct MethodTests {
    /// Every route with an id that doesn't exist: methods come first.
    static let routes: [(target: String, allow: String)] = [
      ("/", "GET, HEAD, OPTIONS"),
      ("/healthz", "GET, HEAD, OPTIONS"), ("/metrics", "GET, HEAD, OPTIONS"),
      ("/orders", "GET, HEAD, POST, OPTIONS"),
      ("/orders/999999", "GET, HEAD, OPTIONS"),
      ("/orders/999999/status", "GET, HEAD, OPTIONS"),
      ("/orders/999999/result", "GET, HEAD, OPTIONS"),
      ("/orders/999999/cancel", "DELETE, OPTIONS"),
    ]
    static let methods = [
      "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "QUERY", "PROPFIND", "FROBNICATE", "X",
      "GETGET", "M-SEARCH",
    ]

    @Test(
      "wrong method on a known route, TRACE and unknown methods too: 405 with the exact Allow, before the id is looked up",
      arguments: routes)
    func notAllowed(target: String, allow: String) async throws {
      try await served { service in
        let allowed = allow.split(separator: ", ").map(String.init)
        for target in target == "/" ? ["/"] : [target, target + "/", target + "?limit=x"] {
          for method in Self.methods where !allowed.contains(method) {
            let answer = try service.client().send(method, target)
            if method == "HEAD" {
              #expect(answer.status == 405 && answer.body.isEmpty)
            } else {
              expectProblem(answer, 405, "method-not-allowed", "\(method) \(target)")
            }
            #expect(answer["allow"] == allow, "\(method) \(target)")
          }
        }
      }
    }

    @Test("a wrong method with a body is 405 all the same", arguments: ["PUT", "PATCH", "DELETE", "TRACE", "MADEUP"])
    func withBody(method: String) async throws {
      try await served { service in
        let client = service.client()
        let answer = try client.send(method, "/orders", body: #"{"products":["a"],"amount":1}"#)
        // nginx may refuse the body of a TRACE, but never in its own words.
        expectProblem(answer, 405, "method-not-allowed")
        #expect(answer["allow"] == "GET, HEAD, POST, OPTIONS")
        #expect(try client.send("GET", "/orders?limit=1").status == 200)
      }
    }

    @Test("OPTIONS: 204 with Allow and no body", arguments: routes)
    func options(target: String, allow: String) async throws {
      try await served { service in
        for target in target == "/" ? ["/"] : [target, target + "/"] {
          let answer = try service.client().send("OPTIONS", target)
          #expect(answer.status == 204, "\(target)")
          #expect(answer["allow"] == allow, "\(target)")
          #expect(answer.body.isEmpty)
        }
      }
    }

    @Test("HEAD: the headers of GET and no body")
    func head() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        _ = try client.send("GET", "/orders/\(id)/status", headers: ["Prefer": "wait=10"])
        let targets = [
          "/", "/orders", "/orders?limit=1", "/orders/\(id)", "/orders/\(id)/status", "/orders/\(id)/result",
          "/orders/999999", "/orders/999999/status", "/unknown", "/orders?limit=0",
        ]
        for target in targets {
          let get = try client.send("GET", target)
          let head = try client.send("HEAD", target)
          #expect(head.status == get.status, "\(target)")
          #expect(head.body.isEmpty)
          // A problem's instance is the request's own, of one length.
          #expect(
            head.headers.filter { $0.key != "date" } == get.headers.filter { $0.key != "date" }, "\(target)")
        }
        let tag = try #require(try client.send("HEAD", "/orders/\(id)/status")["etag"])
        let unchanged = try client.send("HEAD", "/orders/\(id)/status", headers: ["If-None-Match": tag])
        #expect(unchanged.status == 304)
      }
    }
  }
}
