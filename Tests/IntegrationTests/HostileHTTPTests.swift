import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Hostile HTTP", .served(processes: 2, "--pace", "60s"))
  struct HostileHTTPTests {
    @Test(
      "what nginx refuses by itself is a problem document, never HTML",
      arguments: [
        ("GET /orders HTTP/1.1\r\n\r\n", 400),  // no Host
        ("GET /orders HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET /orders HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("get /orders HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("G(T /orders HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET orders HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /orders HTTP/x\r\nHost: x\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}nonsense\r\n\r\n", 400),
        ("GET /orders HTTP/9.9\r\nHost: x\r\n\r\n", 505),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /orders HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 400),
        ("GET /orders HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ("GET /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", 400),
        ("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        ("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        ("GET /\(String(repeating: "a", count: 40_000)) HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: aaaaaaaaaaaaaaaaaaaa\r\n", count: 4000))\r\n", 400),
      ])
    func refused(request: String, status: Int) async throws {
      try await served { service in
        let answer = try service.client(limit: 10).exchange(request)
        expectProblem(answer, status, nil, String(request.prefix(80)))
        #expect(!answer.text.contains("<"))
        #expect(try service.client().send("GET", "/orders").status == 200)
      }
    }

    @Test("a POST whose responder dies is nginx's 502, with Retry-After")
    func badGateway() async throws {
      try await served { service in
        let pids = try service.responders()
        let newest = try service.client().newest()
        let client = service.client()
        let body = #"{"products":["a"],"amount":1}"#
        try client.write(
          Array(
            ("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nPrefer: wait=30\r\n"
              + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8))
        try patiently("the order is there") { try service.client().newest() == newest + 1 }
        for pid in pids { kill(pid, SIGKILL) }
        let answer = try client.read()
        expectProblem(answer, 502, "service-unavailable")
        #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        try patiently("new responders are there") { try service.responders().count == 2 }
        #expect(try service.client().send("GET", "/orders/\(newest + 1)").status == 200)
      }
    }

    @Test("pipelined requests are answered one by one, in their order")
    func pipelined() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        let body = #"{"products":["a"],"amount":1}"#
        let get = "GET /orders/\(id)/status HTTP/1.1\r\nHost: x\r\n\r\n"
        let post =
          "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let unknown = "GET /unknown HTTP/1.1\r\nHost: x\r\n\r\n"
        let round = get + post + unknown + "HEAD /orders HTTP/1.1\r\nHost: x\r\n\r\n"
        try client.write(Array(String(repeating: round, count: 20).utf8))
        for turn in 1...20 {
          #expect(try client.read().json["id"] as? Int == id)
          #expect(try client.read().text == #"{"id":\#(id + turn)}"#)
          #expect(try client.read().status == 404)
          #expect(try client.read(isHead: true).status == 200)
        }
      }
    }

    @Test("a request that trickles in byte by byte is answered")
    func trickle() async throws {
      try await served { service in
        let client = service.client()
        let newest = try client.newest()
        let body = #"{"products":["é"],"amount":1}"#
        let request =
          "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        for byte in request.utf8 {
          try client.write([byte])
          Thread.sleep(forTimeInterval: 0.001)
        }
        #expect(try client.read().text == #"{"id":\#(newest + 1)}"#)
      }
    }

    @Test("clients that leave in the middle of their waits free them, and disturb nobody")
    func leavingWaits() async throws {
      try await served { service in
        let id = try service.client().submit()
        let pids = try service.responders()
        func sockets() throws -> Int { try pids.reduce(0) { $0 + (try service.socketsOpen(in: $1)) } }
        let idle = try sockets()
        let clients = (0..<300).map { _ in service.client() }
        for client in clients {
          try client.write(Array("GET /orders/\(id)/status HTTP/1.1\r\nHost: x\r\nPrefer: wait=50\r\n\r\n".utf8))
        }
        try patiently("all of them wait") { try sockets() >= idle + 280 }
        for client in clients { client.disconnect() }
        // nginx tells the responders by closing; the connections it keeps for the next requests stay.
        try patiently("their waits are over") { try sockets() <= idle + 20 }
        for _ in 1...50 {
          let status = try service.client().status(id)
          #expect(["started", "running"].contains(status))
        }
        let waiting = service.client()
        try waiting.write(Array("GET /orders/\(id)/status HTTP/1.1\r\nHost: x\r\nPrefer: wait=20\r\n\r\n".utf8))
        #expect(try service.client().send("DELETE", "/orders/\(id)/cancel").status == 204)
        #expect(try waiting.read().json["status"] as? String == "cancelled")
      }
    }

    @Test("what a client says about itself is not believed")
    func lies() async throws {
      try await served { service in
        let client = service.client()
        let id = try client.submit()
        let lies = [
          "Authorization": "Basic YW5uOng=", "Remote-User": "ann", "REMOTE_USER": "ann",
          "X-HTTP-Method-Override": "DELETE",
          "Request-URI": "/unknown", "Script-Name": "/x", "Proxy": "http://evil.example", "Content-Length": "0",
        ]
        let answer = try client.send("GET", "/orders/\(id)", headers: lies)
        #expect(answer.status == 200)
        #expect(answer.json["id"] as? Int == id)
        #expect(try client.send("GET", "/orders?ids=\(id)", headers: lies).ids == [id])
      }
    }
  }
}
