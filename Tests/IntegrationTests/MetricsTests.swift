import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// `GET /metrics`; Tests/Metrics has the scrapes under load, and the dashboard.
  @Suite("Metrics", .served(processes: 2, "--pace", "0s"))
  struct MetricsTests {
    @Test("are text that promtool finds nothing in, the same in every process")
    func text() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        try patiently("the order is complete") { try client.status(id) == "complete" }
        for _ in 1...20 {
          let answer = try service.client().send("GET", "/metrics")
          #expect(answer.status == 200)
          #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
          #expect(answer.text.contains("\norders_processes 2\n"))
          #expect(answer.text.contains(#"orders_http_requests_total{route="/orders",method="POST",status="202"} 1"#))
          #expect(answer.text.contains(#"orders_finished_total{kind="order",status="complete"} 1"#))
        }
        try promtool(try client.send("GET", "/metrics").text)
      }
    }

    @Test("are all told or none: not in part where a process has no descriptor left to read them with")
    func allOrNone() async throws {
      let service = try await RunningService.start(processes: 1)
      try await blocking {
        let client = service.client()
        #expect(try client.send("GET", "/metrics").status == 200)
        let process = try #require(try service.responders().first)
        func limit(to descriptors: String) throws {
          let said = try run("/usr/bin/prlimit", ["--pid", "\(process)", "--nofile=\(descriptors):"])
          #expect(said.status == 0, "\(said.errors)")
        }
        // It serves on over what it has.
        try limit(to: "3")
        expectProblem(try client.send("GET", "/metrics"), 500, "internal-error")
        #expect(try client.send("GET", "/orders").status == 200)
        try limit(to: "1024")
        let answer = try client.send("GET", "/metrics")
        #expect(answer.text.contains(#"orders_http_requests_total{route="/metrics",method="GET",status="500"} 1"#))
      }
      try await service.stopsWell()
    }

    @Test(
      "are refused, as is the health, to what has come through a proxy",
      arguments: ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
    func proxied(field: String) async throws {
      try await served { service in
        for target in ["/metrics", "/metrics/", "/healthz"] {
          #expect(try service.client().send("GET", target).status == 200)
          let stranger = try service.client().send("GET", target, headers: [field: "192.0.2.7"])
          expectProblem(stranger, 403, "forbidden")
        }
        #expect(try service.client().send("GET", "/orders", headers: [field: "192.0.2.7"]).status == 200)
      }
    }

    @Test(
      "are a 404 at the site that strangers reach, as is the health, however the address is written",
      arguments: HTTPVersion.allCases)
    func notAtTheSite(version: HTTPVersion) async throws {
      try await served { service in
        let site = try Gateway(
          beside: service, changes: [.init("nginx.conf", "fastcgi_param ORDERS_INTERNAL", "# ")])
        for target in [
          "/metrics", "/metrics/", "/healthz", "/healthz/", "/%68ealthz", "/healthz?x=1", "//healthz", "/./healthz",
          "/orders/../metrics", "/metrics%2F", "/HEALTHZ",
        ] {
          expectProblem(try site.send(over: version, "GET", target), 404, "not-found", target)
        }
        for method in ["POST", "OPTIONS", "DELETE", "TRACE"] {
          let body = method == "POST" ? "{}" : nil
          expectProblem(try site.send(over: version, method, "/healthz", body: body), 404, "not-found", method)
        }
        // A client can't say that it is this machine's.
        let claims = ["ORDERS_INTERNAL": "1", "Orders-Internal": "1"]
        expectProblem(try site.send(over: version, "GET", "/healthz", headers: claims), 404, "not-found")
        try site.stopsWell()
      }
    }

    @Test("have an address of their own where internals.conf is included, which passes on nothing else")
    func ownAddress() async throws {
      try await served { service in
        let port = freePort()
        let gateway = try Gateway(
          beside: service, server: "include orders/authentication.conf;", http: "include orders/internals.conf;",
          changes: [.init("orders/internals.conf", "127.0.0.1:8081", "127.0.0.1:\(port)")],
          files: ["orders/users": ""])
        let prometheus = HTTPClient(port: port)
        for target in ["/metrics", "/healthz", "/healthz/"] {
          #expect(try prometheus.send("GET", target).status == 200, "\(target)")
        }
        for target in ["/", "/orders", "/orders/1/status", "/metrics/x"] {
          expectProblem(try prometheus.send("GET", target), 404, "not-found", target)
        }
        let traced = try prometheus.send("TRACE", "/healthz")
        expectProblem(traced, 405, "method-not-allowed")
        #expect(traced["allow"] == "GET, HEAD, OPTIONS" && traced["server"] == "nginx")
        try gateway.stopsWell()
      }
    }
  }

  @Suite("The responders' access log")
  struct AccessLogTests {
    @Test("has a line for each answer, with the trace it belongs to and how long it waited to be read")
    func lines() async throws {
      let service = try await RunningService.start(options: ["--pace", "0s", "--access-log"])
      try await blocking {
        let client = service.client()
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let posted = try client.send(
          "POST", "/orders/", headers: ["traceparent": "00-\(trace)-00f067aa0ba902b7-01"],
          body: #"{"products":["a"],"amount":1}"#)
        #expect(posted.status == 202)
        _ = try client.send("GET", "/nowhere?\"x\"", headers: ["traceparent": "00-nonsense"])
        _ = try client.send("HEAD", "/orders")
        let post = try line(in: service) { $0["method"] as? String == "POST" }
        #expect(post["trace"] as? String == trace)
        #expect(post["route"] as? String == "/orders" && post["target"] as? String == "/orders/")
        #expect(post["status"] as? Int == 202 && post["bytes"] as? Int == posted.text.utf8.count)
        #expect(post["whole"] as? Bool == true && post["user"] == nil)
        #expect((post["id"] as? String)?.count == 32)
        let queued = try #require(post["queued"] as? Double)
        let seconds = try #require(post["seconds"] as? Double)
        #expect((0..<1).contains(queued) && seconds > 0 && seconds < 1)
        let time = try #require(post["time"] as? String)
        #expect(time.hasSuffix("Z") && time.utf8.count == 24)
        let unknown = try line(in: service) { $0["status"] as? Int == 404 }
        #expect(unknown["target"] as? String == "/nowhere?\"x\"" && unknown["route"] == nil && unknown["trace"] == nil)
        let head = try line(in: service) { $0["method"] as? String == "HEAD" }
        #expect(head["bytes"] as? Int == 0)
        // Who else is let in to the socket may say anything.
        for time in ["9999999999.999", "99999999999999999.999", "-1.000", "1.5", "soon"] {
          let gateway = try Gateway(beside: service, changes: [.init("orders/parameters.conf", "$msec", time)])
          #expect(try gateway.send(over: .http1, "OPTIONS", "/orders?at=\(time)").status == 204)
          try gateway.stopsWell()
          let odd = try line(in: service) { $0["target"] as? String == "/orders?at=\(time)" }
          #expect(odd["queued"] == nil || odd["queued"] as? Double == 0)
        }
      }
      try await service.stopsWell()
    }

    @Test("and without it there is none; a request that failed is logged with its trace all the same")
    func traces() async throws {
      let service = try await RunningService.start(options: ["--pace", "0s"])
      let traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
      try await blocking {
        let turn = try StoreTurn(of: service)
        try turn.take()
        defer { turn.release() }
        let refused = try service.client().send(
          "POST", "/orders", headers: ["traceparent": traceParent], body: #"{"products":["a"],"amount":1}"#)
        expectProblem(refused, 503, "store-unavailable")
      }
      try await blocking {
        try patiently("the log tells of it") { service.log.contains("traceparent=\(traceParent)") }
        #expect(!service.log.contains("{\"time\""))
      }
      try await service.stopsWell()
    }

    private func line(
      in service: RunningService, _ matches: ([String: Any]) -> Bool
    ) throws -> [String: Any] {
      var found: [String: Any]?
      try patiently("the line is there") {
        let lines = service.log.split(separator: "\n").filter { $0.hasPrefix("{") }
        found = lines.lazy.compactMap {
          try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }.first(where: matches)
        return found != nil
      }
      return try #require(found)
    }
  }
}

/// Expects that Prometheus's own tool has nothing to say.
private func promtool(_ text: String) throws {
  let folder = try TemporaryFolder()
  let path = folder.path + "/metrics"
  try text.write(toFile: path, atomically: false, encoding: .utf8)
  let said = try run("/bin/sh", ["-c", #"exec promtool check metrics <"$0""#, path])
  #expect(said.status == 0 && said.errors.isEmpty && said.output.isEmpty, "\(said)")
}
