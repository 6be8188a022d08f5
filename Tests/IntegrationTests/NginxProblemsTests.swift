import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// The row "anything nginx makes itself" of the contract, status by status, over both versions of HTTP.
  @Suite("What nginx answers itself", .served(processes: 2, "--pace", "60s"))
  struct NginxProblemsTests {
    private static let order = #"{"products":["a"],"amount":1}"#

    @Test("400: a malformed request line or header field")
    func badRequest() async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        for text in [
          "G(T /orders HTTP/1.1\r\nHost: x\r\n\r\n", "GET /orders HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
          "GET /orders HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", "GET /orders HTTP/1.1\r\n\r\n",
        ] {
          try expectNginxProblem(try gateway.client().exchange(text), 400, "bad-request", from: gateway)
        }
        for version in HTTPVersion.allCases {
          for (target, headers) in [
            ("/orders%00", [:]), ("/../x", [:]), ("/orders", ["Content-Length": "x"]), ("/orders", ["Host": "a b"]),
          ] {
            let answer = try gateway.send(over: version, "GET", target, headers: headers)
            try expectNginxProblem(answer, 400, "bad-request", from: gateway)
          }
        }
        try gateway.stopsWell()
      }
    }

    @Test("400: a body shorter than its Content-Length, and nothing is stored")
    func shortBody() async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        let newest = try service.client().newest()
        // Over HTTP/1.1 nobody is there to read the answer: see BodyLengthTests.
        let answer = try gateway.send(
          over: .http2, "POST", "/orders", headers: ["Content-Length": "300"], body: Self.order)
        try expectNginxProblem(answer, 400, "bad-request", from: gateway)
        let after = try service.client().newest()
        #expect(after == newest)
        try gateway.stopsWell()
      }
    }

    @Test("404: an address outside our routes, and those of nginx's own documents", arguments: HTTPVersion.allCases)
    func notFound(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        for target in ["/unknown", "/favicon.ico", "/.problem/413", "/.problem/", "/.well-known/x", "/orders.html"] {
          let answer = try gateway.send(over: version, "GET", target)
          try expectNginxProblem(answer, 404, "not-found", from: gateway)
        }
        try gateway.stopsWell()
      }
    }

    @Test("405: TRACE and CONNECT, with exactly what the route allows", arguments: HTTPVersion.allCases)
    func notAllowed(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        for (target, allow) in MethodTests.routes {
          for target in target == "/" ? ["/"] : [target, target + "/", target + "?a=b"] {
            for method in ["TRACE", "CONNECT"] {
              let answer = try gateway.send(over: version, method, target)
              try expectNginxProblem(answer, 405, "method-not-allowed", from: gateway)
              #expect(answer["allow"] == allow, "\(method) \(target)")
            }
          }
        }
        let unknown = try gateway.send(over: version, "TRACE", "/unknown")
        try expectNginxProblem(unknown, 404, "not-found", from: gateway)
        try gateway.stopsWell()
      }
    }

    /// nginx has no answer for it in either version, whatever `error_page` says.
    @Test("408: what doesn't arrive in time stands in the log, and the connection is closed")
    func requestTimeout() async throws {
      try await served { service in
        let gateway = try Gateway(beside: service, server: "client_header_timeout 300ms; client_body_timeout 300ms;")
        let newest = try service.client().newest()
        for text in [
          "GET /orders HTTP/1.1\r\nHo",
          "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n{",
        ] {
          let client = gateway.client(limit: 10)
          try client.write(Array(text.utf8))
          #expect(throws: HTTPClient.Failure.self) { try client.take(1) }
        }
        let begun = try HTTP2Frames(port: gateway.http2Port, begunPOST: "/orders", contentLength: 30, body: "{")
        let frames = try begun.frames()
        #expect(frames.map(\.type) == [HTTP2Frames.Frame.reset])
        try patiently("all three are in the log") {
          try gateway.told("a 408") { $0["status"] as? Int == 408 && $0["sent"] as? Int == 0 }.count == 3
        }
        let after = try service.client().newest()
        #expect(after == newest)
        try gateway.stopsWell()
      }
    }

    @Test("413: a body beyond what nginx takes, by its length and by what comes", arguments: HTTPVersion.allCases)
    func bodyTooLarge(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        let length = 5_000_000
        switch version {
        case .http1:
          let head = "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
          let told = try gateway.client().exchange(head + "Content-Length: \(length)\r\n\r\n{")
          try expectNginxProblem(told, 413, "body-too-large", from: gateway)
          #expect((told.json["detail"] as? String)?.contains("4194304") == true)
          let client = gateway.client()
          let chunk = String(repeating: " ", count: length)
          let sent = try client.exchange(
            head + "Transfer-Encoding: chunked\r\n\r\n\(String(length, radix: 16))\r\n\(chunk)\r\n0\r\n\r\n")
          try expectNginxProblem(sent, 413, "body-too-large", from: gateway)
          #expect((sent.json["detail"] as? String)?.contains("4194304") == true)
        case .http2:
          let begun = try HTTP2Frames(
            port: gateway.http2Port, begunPOST: "/orders", contentLength: length, body: "{")
          let answer = try begun.earlyAnswer()
          try expectNginxProblem(answer, 413, "body-too-large", from: gateway)
          #expect((answer.json["detail"] as? String)?.contains("4194304") == true)
        }
        try gateway.stopsWell()
      }
    }

    @Test("414: an address that is too long")
    func addressTooLong() async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        let target = "/orders?" + String(repeating: "a", count: 40_000)
        let answer = try gateway.send(over: .http1, "GET", target)
        try expectNginxProblem(answer, 414, "uri-too-long", from: gateway)
        // Over HTTP/2 nginx ends the connection: it has no answer for that.
        #expect(throws: Curl.Failed.self) { try gateway.send(over: .http2, "GET", target) }
        let next = try gateway.send(over: .http2, "GET", "/orders")
        #expect(next.status == 200)
        try gateway.stopsWell()
      }
    }

    @Test("494 is 400: header fields that are too large, one or all of them together")
    func headerTooLarge() async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        let one = ["X": String(repeating: "a", count: 40_000)]
        let all = Dictionary(uniqueKeysWithValues: (1...12).map { ("X\($0)", String(repeating: "a", count: 4000)) })
        for headers in [one, all] {
          let answer = try gateway.send(over: .http1, "GET", "/orders", headers: headers)
          try expectNginxProblem(answer, 400, "header-too-large", from: gateway)
          #expect(throws: Curl.Failed.self) { try gateway.send(over: .http2, "GET", "/orders", headers: headers) }
        }
        try gateway.stopsWell()
      }
    }

    @Test(
      "what nginx lets through of long addresses and large fields, responders take", arguments: HTTPVersion.allCases)
    func longest(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(beside: service)
        // Compressed by Huffman's code it may be longer over HTTP/2.
        let (query, field) = version == .http1 ? (15_900, 15_900) : (25_500, 6_000)
        let answer = try gateway.send(
          over: version, "GET", "/orders?" + String(repeating: "a", count: query),
          headers: ["X": String(repeating: "a", count: field)])
        #expect(answer.status == 200, "\(answer.text)")
        try gateway.stopsWell()
      }
    }

    @Test("503, with Retry-After: nginx can't keep the body it gets", arguments: HTTPVersion.allCases)
    func internalError(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(beside: service, changes: [.init("orders/requests.conf", "128k", "1k")])
        let folder = gateway.path + "/body"
        try FileManager.default.removeItem(atPath: folder)
        try "no folder".write(toFile: folder, atomically: false, encoding: .utf8)
        let order = Self.order + String(repeating: " ", count: 4000)
        let answer =
          switch version {
          case .http1: try gateway.client().send("POST", "/orders", body: order)
          case .http2:
            try HTTP2Frames(port: gateway.http2Port, begunPOST: "/orders", contentLength: 8000, body: order)
              .earlyAnswer()
          }
        try expectNginxProblem(answer, 503, "service-unavailable", from: gateway)
        // The frames' fields are compressed.
        #expect(version == .http2 || answer["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
      }
    }

    @Test("502: no responder is there, with Retry-After, whatever the method", arguments: HTTPVersion.allCases)
    func badGateway(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(
          beside: service, changes: [.init("nginx.conf", "server unix:", "server unix:/nowhere")])
        for (method, target, body) in [
          ("GET", "/orders", nil), ("POST", "/orders", Self.order), ("DELETE", "/orders/1/cancel", nil),
          ("TRACE", "/orders", nil), ("GET", "/unknown", nil), ("GET", "/orders/1/events", nil),
        ] {
          let answer = try gateway.send(over: version, method, target, body: body)
          try expectNginxProblem(answer, 502, "service-unavailable", from: gateway)
          #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
      }
    }

    @Test("503: more requests at once than are allowed, with Retry-After", arguments: HTTPVersion.allCases)
    func busy(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(
          beside: service, server: "limit_conn orders_all 1;",
          http: "limit_conn_zone $binary_remote_addr zone=orders_all:1m;",
          changes: [.init("orders/requests.conf", "limit_conn_status 429", "limit_conn_status 503")])
        let slow = gateway.client()
        try slow.write(
          Array(
            ("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
              + "Content-Length: \(Self.order.utf8.count)\r\n\r\n").utf8))
        let goOn = "HTTP/1.1 100 Continue\r\n\r\n"
        #expect(try slow.take(goOn.utf8.count) == Array(goOn.utf8))
        let refused = try gateway.send(over: version, "GET", "/orders")
        try expectNginxProblem(refused, 503, "busy", from: gateway)
        #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        try slow.write(Array(Self.order.utf8))
        #expect(try slow.read().status == 202)
        try gateway.stopsWell()
      }
    }

    @Test("504: no responder answers in time, with Retry-After", arguments: HTTPVersion.allCases)
    func gatewayTimeout(_ version: HTTPVersion) async throws {
      try await served { service in
        let gateway = try Gateway(
          beside: service, changes: [.init("orders/requests.conf", "read_timeout 75s", "read_timeout 500ms")])
        let pids = try service.responders()
        for pid in pids { kill(pid, SIGSTOP) }
        defer { for pid in pids { kill(pid, SIGCONT) } }
        for (method, target, body) in [
          ("GET", "/orders", nil), ("POST", "/orders", Self.order), ("TRACE", "/orders", nil),
        ] {
          let answer = try gateway.send(over: version, method, target, body: body)
          try expectNginxProblem(answer, 504, "gateway-timeout", from: gateway)
          #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        }
        try gateway.stopsWell()
      }
    }
  }
}
