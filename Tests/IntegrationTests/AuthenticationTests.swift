import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Whose order, with each of the two shipped ways to find out who asks.
  @Suite("Owners", .served(processes: 2, "--pace", "60s"))
  struct AuthenticationTests {
    @Test("see their own orders only: another's is 404 in every route and in no list", arguments: Login.allCases)
    func apart(_ login: Login) async throws {
      try await served { service in
        let gateway = try login.gateway(beside: service)
        let (ann, bert) = (User("ann", login, gateway), User("bert", login, gateway))
        let id = try ann.submit()
        let his = try bert.submit()
        #expect(his > id)

        for other in [bert, User("bert", login, gateway, .http2)] {
          for slash in ["", "/"] {
            for (method, tail) in [
              ("GET", ""), ("GET", "/status"), ("GET", "/result"), ("DELETE", "/cancel"), ("GET", "/events"),
            ] {
              let answer = try other.send(method, "/orders/\(id)\(tail)\(slash)")
              expectProblem(answer, 404, "not-found", "\(method) \(tail)")
            }
          }
          let head = try other.send("HEAD", "/orders/\(id)/status")
          #expect(head.status == 404)
          let waited = try other.send("GET", "/orders/\(id)/status", ["Prefer": "wait=20"])
          expectProblem(waited, 404, "not-found")
        }
        for (user, own, foreign) in [(ann, id, his), (bert, his, id)] {
          for query in ["", "?order=desc", "?status=running&status=started", "?ids=\(id),\(his)", "?limit=1000"] {
            let list = try user.send("GET", "/orders" + query)
            #expect(list.ids.contains(own) && !list.ids.contains(foreign), "\(user.name) \(query)")
          }
          let order = try user.send("GET", "/orders/\(own)")
          #expect(order.status == 200)
        }
        // The refused cancel has changed nothing, and the owner's does.
        let status = try ann.send("GET", "/orders/\(id)/status")
        #expect(["started", "running"].contains(status.json["status"] as? String ?? ""))
        let cancel = try ann.send("DELETE", "/orders/\(id)/cancel")
        #expect(cancel.status == 204)

        // Where nobody authenticates, orders with a user are not there.
        let nobody = service.client()
        for order in [id, his] {
          expectProblem(try nobody.send("GET", "/orders/\(order)"), 404, "not-found")
          expectProblem(try nobody.send("DELETE", "/orders/\(order)/cancel"), 404, "not-found")
        }
        let shared = try nobody.submit()
        let list = try nobody.send("GET", "/orders?limit=1000").ids
        #expect(list.contains(shared) && !list.contains(id) && !list.contains(his))
        for user in [ann, bert] {
          expectProblem(try user.send("GET", "/orders/\(shared)"), 404, "not-found")
        }
        try gateway.stopsWell()
      }
    }

    @Test("hear of their own orders only, in the stream of all too", arguments: Login.allCases)
    func streams(_ login: Login) async throws {
      try await served { service in
        let gateway = try login.gateway(beside: service)
        let (ann, bert) = (User("ann", login, gateway), User("bert", login, gateway))
        let id = try ann.submit()
        let stream = try ann.events("/orders/events?ids=\(id),\(id + 1),\(id + 2)")
        #expect(try stream.event().data["id"] as? Int == id)
        // Another's change comes first, and is not told.
        let his = try bert.submit()
        let cancel = try bert.send("DELETE", "/orders/\(his)/cancel")
        #expect(cancel.status == 204)
        let next = try ann.submit()
        #expect(next <= id + 2)
        var told: [Int] = []
        while told.last != next { told.append(try #require(try stream.event().data["id"] as? Int)) }
        #expect(!told.contains(his))
      }
    }

    @Test("have idempotency keys of their own", arguments: Login.allCases)
    func keys(_ login: Login) async throws {
      try await served { service in
        let gateway = try login.gateway(beside: service)
        let key = "shared-\(login)"
        let first = try ["ann", "bert"].map { try User($0, login, gateway).submit(key: key) }
        let nobodys = try service.client().send(
          "POST", "/orders", headers: ["Idempotency-Key": key], body: User.order)
        #expect(nobodys["idempotent-replayed"] == nil)
        let all = first + [try #require(nobodys.json["id"] as? Int)]
        #expect(Set(all).count == 3, "\(all)")
        let again = try ["ann", "bert"].map { try User($0, login, gateway).submit(key: key) }
        #expect(again == first)
        try gateway.stopsWell()
      }
    }

    @Test("have to log in: else 401 with WWW-Authenticate, a problem document", arguments: Login.allCases)
    func unauthorized(_ login: Login) async throws {
      try await served { service in
        let gateway = try login.gateway(beside: service)
        let newest = try service.client().newest()
        for version in HTTPVersion.allCases {
          for (method, target, body) in [
            // curl 7.88 may lose an answer over HTTP/2 that comes before the body is sent.
            ("POST", "/orders", version == .http1 ? User.order : nil), ("GET", "/orders", nil),
            ("TRACE", "/orders", nil), ("GET", "/unknown", nil), ("GET", "/orders/1/events", nil),
            ("GET", "/healthz", nil),
          ] {
            for headers in [[:], ["Authorization": login.wrong]] {
              let answer = try gateway.send(over: version, method, target, headers: headers, body: body)
              try expectNginxProblem(answer, 401, "unauthorized", from: gateway)
              #expect(answer["www-authenticate"] == login.challenge)
            }
          }
          let hidden = try gateway.send(over: version, "GET", "/.authentication")
          #expect([401, 404].contains(hidden.status))
        }
        let allowed = try User("ann", login, gateway).send("TRACE", "/orders")
        expectProblem(allowed, 405, "method-not-allowed")
        #expect(allowed["allow"] == "GET, HEAD, POST, OPTIONS")
        let after = try service.client().newest()
        #expect(after == newest)
        try gateway.stopsWell()
      }
    }

    @Test("may have pages of other origins, whose browsers ask without a login", arguments: Login.allCases)
    func preflight(_ login: Login) async throws {
      let origin = "https://shop.example"
      let service = try await RunningService.start(options: ["--cors-origin", origin])
      try await blocking {
        let gateway = try login.gateway(beside: service)
        for version in HTTPVersion.allCases {
          let asked = ["Origin": origin, "Access-Control-Request-Method": "POST"]
          let preflight = try gateway.send(over: version, "OPTIONS", "/orders", headers: asked)
          #expect(preflight.status == 204)
          #expect(preflight["access-control-allow-origin"] == origin)
          let allowed = preflight["access-control-allow-headers"] ?? ""
          for name in ["Authorization", "traceparent", "tracestate", "Cache-Control"] {
            #expect(allowed.contains(name), "\(allowed)")
          }
          // Nothing else gets in by that.
          for (method, headers) in [("OPTIONS", ["Origin": origin]), ("GET", asked), ("DELETE", asked)] {
            let answer = try gateway.send(over: version, method, "/orders", headers: headers)
            try expectNginxProblem(answer, 401, "unauthorized", from: gateway)
          }
        }
        let id = try User("ann", login, gateway).submit()
        #expect(try User("ann", login, gateway).send("GET", "/orders/\(id)", ["Origin": origin]).status == 200)
        try gateway.stopsWell()
      }
      try await service.stopsWell()
    }

    @Test("can't be impersonated by what a client says about itself", arguments: Login.allCases)
    func forged(_ login: Login) async throws {
      try await served { service in
        let gateway = try login.gateway(beside: service)
        let (ann, bert) = (User("ann", login, gateway), User("bert", login, gateway))
        let id = try ann.submit()
        let lies = [
          "X-User": "ann", "Remote-User": "ann", "REMOTE_USER": "ann", "X-Remote-User": "ann",
          "X-Forwarded-User": "ann", "X-Original-URI": "/", "If-None-Match": "\"x\"",
        ]
        expectProblem(try bert.send("GET", "/orders/\(id)", lies), 404, "not-found")
        let list = try bert.send("GET", "/orders?limit=1000", lies)
        #expect(list.status == 200 && !list.ids.contains(id))
        let his = try #require(try bert.send("POST", "/orders", lies, User.order).json["id"] as? Int)
        expectProblem(try ann.send("GET", "/orders/\(his)"), 404, "not-found")

        // Where nobody authenticates, nobody's name counts, though it comes with the right password.
        let client = service.client()
        let claims = lies.merging(["Authorization": login.authorization("ann")]) { $1 }
        expectProblem(try client.send("GET", "/orders/\(id)", headers: claims), 404, "not-found")
        let shared = try #require(
          try client.send("POST", "/orders", headers: claims, body: User.order).json["id"] as? Int)
        expectProblem(try ann.send("GET", "/orders/\(shared)"), 404, "not-found")
        let seen = try client.send("GET", "/orders/\(shared)")
        #expect(seen.status == 200)
        try gateway.stopsWell()
      }
    }

    @Test("are refused with 403 by their service, and with 503 where it is of no use")
    func refusals() async throws {
      try await served { service in
        let gateway = try Login.request.gateway(beside: service)
        for version in HTTPVersion.allCases {
          for (token, status, code) in [("banned", 403, "forbidden"), ("broken", 503, "service-unavailable")] {
            let answer = try gateway.send(
              over: version, "GET", "/orders", headers: ["Authorization": "Bearer \(token)"])
            try expectNginxProblem(answer, status, code, from: gateway)
          }
        }
        // It is asked without the client's own claims, and for no body.
        let claims = ["X-User": "ann", "Authorization": "Bearer bert", "If-None-Match": "\"another\""]
        let answer = try gateway.send(over: .http1, "POST", "/orders", headers: claims, body: User.order)
        #expect(answer.status == 202)
        try patiently("the service was asked") {
          try gateway.log("service").contains(#"user="-" length="-" condition="-" asked="POST /orders""#)
        }
        try gateway.stopsWell()

        let alone = try Gateway(beside: service, server: "include orders/authentication-request.conf;")
        let lost = try alone.send(over: .http1, "GET", "/orders", headers: ["Authorization": "Bearer ann"])
        try expectNginxProblem(lost, 503, "service-unavailable", from: alone)
      }
    }

    @Test("who are let in without a name share their orders, and see nobody else's")
    func nameless() async throws {
      try await served { service in
        let gateway = try Login.request.gateway(beside: service)
        let id = try User("ann", .request, gateway).submit()
        let nameless = User("nameless", .request, gateway)
        let shared = try nameless.submit()
        expectProblem(try nameless.send("GET", "/orders/\(id)"), 404, "not-found")
        let seen = try service.client().send("GET", "/orders/\(shared)")
        #expect(seen.status == 200)
        try gateway.stopsWell()
      }
    }
  }
}

/// The two shipped ways, with users ann and bert.
enum Login: CaseIterable, CustomTestStringConvertible {
  case basic, request

  var testDescription: String { self == .basic ? "authentication.conf" : "authentication-request.conf" }

  var challenge: String { self == .basic ? #"Basic realm="orders""# : #"Bearer realm="orders""# }

  var wrong: String { self == .basic ? authorization("ann", password: "wrong") : "Bearer unknown" }

  func authorization(_ user: String, password: String? = nil) -> String {
    switch self {
    case .basic: "Basic " + Data("\(user):\(password ?? "secret of \(user)")".utf8).base64EncodedString()
    case .request: "Bearer \(user)"
    }
  }

  func gateway(beside service: RunningService) throws -> Gateway {
    switch self {
    case .basic:
      let users = ["ann", "bert"].map { "\($0):{PLAIN}secret of \($0)\n" }.joined()
      return try Gateway(
        beside: service, server: "include orders/authentication.conf;", files: ["orders/users": users])
    case .request:
      let port = freePort()
      return try Gateway(
        beside: service, server: "include orders/authentication-request.conf;", http: Self.service(port: port),
        changes: [.init("orders/authentication-request.conf", "127.0.0.1:9000", "127.0.0.1:\(port)")])
    }
  }

  /// Whoever knows who asks: nginx itself here.
  private static func service(port: Int) -> String {
    """
    map $http_authorization $test_answer {
      default 401;
      "Bearer ann" 204;
      "Bearer bert" 204;
      "Bearer nameless" 204;
      "Bearer banned" 403;
      "Bearer broken" 302;
    }
    map $http_authorization $test_user {
      default "";
      "Bearer ann" ann;
      "Bearer bert" bert;
    }
    map $test_answer $test_challenge {
      default "";
      401 'Bearer realm="orders"';
    }
    log_format test 'user="$http_x_user" length="$content_length" condition="$http_if_none_match" '
      'asked="$http_x_original_method $http_x_original_uri"';
    server {
      listen 127.0.0.1:\(port);
      access_log logs/service.log test;
      location / {
        add_header X-User $test_user;
        add_header WWW-Authenticate $test_challenge always;
        if ($test_answer = 401) { return 401; }
        if ($test_answer = 403) { return 403; }
        if ($test_answer = 302) { return 302 /elsewhere; }
        return 204;
      }
    }
    """
  }
}

/// Somebody who is logged in.
private struct User {
  static let order = #"{"products":["a"],"amount":1}"#

  let name: String
  private let login: Login
  private let gateway: Gateway
  private let version: HTTPVersion

  init(_ name: String, _ login: Login, _ gateway: Gateway, _ version: HTTPVersion = .http1) {
    self.name = name
    self.login = login
    self.gateway = gateway
    self.version = version
  }

  func send(
    _ method: String, _ target: String, _ headers: [String: String] = [:], _ body: String? = nil
  ) throws -> HTTPClient.Answer {
    try gateway.send(
      over: version, method, target, headers: headers.merging(["Authorization": login.authorization(name)]) { $1 },
      body: body)
  }

  func events(_ target: String) throws -> EventSocket {
    try EventSocket(target, headers: ["Authorization": login.authorization(name)], port: gateway.port)
  }

  func submit(key: String? = nil) throws -> Int {
    let answer = try send("POST", "/orders", key.map { ["Idempotency-Key": $0] } ?? [:], Self.order)
    #expect(answer.status == 202)
    return try #require(answer.json["id"] as? Int)
  }
}
