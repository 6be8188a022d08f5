import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// Small requests that once took a process for half a minute.
  @Suite("What one request costs", .served())
  struct CostTests {
    /// Seconds of CPU that the responders have taken so far.
    private static func processorTime(of service: RunningService) throws -> Double {
      try service.responders().reduce(0) { sum, pid in
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // Behind the name, which may hold anything: utime and stime are the 12th and 13th.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ").dropFirst()
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +)
        return sum + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
      }
    }

    private static func cost(_ service: RunningService, _ work: () throws -> Void) throws -> Double {
      let before = try processorTime(of: service)
      try work()
      return try processorTime(of: service) - before
    }

    private static let bodies: [(name: String, body: String)] = [
      (
        "a name of a megabyte around repeated members",
        #"{"\#(String(repeating: "x", count: 1_030_000))":{"#
          + repeatElement(#""a":1"#, count: 1002).joined(separator: ",") + "}}"
      ),
      (
        "31 levels around 200,000 repeated members",
        String(repeating: #"{"":"#, count: 31) + "{"
          + repeatElement(#""a":1"#, count: 200_000).joined(separator: ",") + "}" + String(repeating: "}", count: 31)
      ),
      ("a name of a megabyte of ~", #"{"\#(String(repeating: "~", count: 1_048_000))":1}"#),
      ("four megabytes of arrays", "[" + repeatElement("[0]", count: 1_000_000).joined(separator: ",") + "]"),
    ]

    @Test("a body of a megabyte with very many faults: less than a second, and an answer under 64 KiB")
    func bodies() async throws {
      try await served { service in
        let client = service.client()
        for (name, body) in Self.bodies {
          let cost = try Self.cost(service) {
            let answer = try client.post(Array(body.utf8))
            expectProblem(answer, 422, "invalid-order", name)
            #expect(answer.body.count < 64 << 10, "\(name)")
          }
          #expect(cost < 1, "\(name): \(cost) s")
        }
      }
    }

    @Test("600 lines of Cookie, which nothing reads: no responder sees them")
    func cookies() async throws {
      try await served { service in
        let client = service.client()
        let cookies = repeatElement("Cookie: a=b; c=d; e=f; g=h; i=j; k=l\r\n", count: 600).joined()
        let cost = try Self.cost(service) {
          for _ in 0..<40 {
            let answer = try client.exchange("GET /orders HTTP/1.1\r\nHost: orders\r\n\(cookies)\r\n")
            #expect(answer.status == 200)
          }
        }
        // It was 0.4 s for each.
        #expect(cost < 1, "\(cost) s")
      }
    }

    @Test("a thousand ids, of orders of most of a megabyte that the status leaves out: none of them is read")
    func ids() async throws {
      try await served { service in
        let client = service.client()
        let product = #""\#(String(repeating: "😀", count: 200))""#
        let body = #"{"products":[\#(repeatElement(product, count: 1000).joined(separator: ","))],"amount":1}"#
        for _ in 0..<60 { #expect(try client.post(Array(body.utf8)).status == 202) }
        try patiently("all have ended") {
          try client.send("GET", "/orders?status=started&status=running&limit=1").ids.isEmpty
        }
        let ids = (1...1000).map(String.init).joined(separator: ",")
        let cost = try Self.cost(service) {
          for _ in 0..<40 {
            let answer = try client.send("GET", "/orders?status=failed&ids=\(ids)")
            #expect(answer.status == 200 && answer.ids.isEmpty)
          }
        }
        // Each took as long as its ids squared, and read 48 MB.
        #expect(cost < 1, "\(cost) s")
      }
    }

    @Test("more lines of fields that are read than anyone sends: 400 header-too-large")
    func fields() async throws {
      try await served { service in
        let lines = repeatElement("Prefer: a\r\n", count: 101).joined()
        expectProblem(
          try service.client().exchange("GET /orders HTTP/1.1\r\nHost: orders\r\n\(lines)\r\n"), 400,
          "header-too-large")
      }
    }
  }
}
