import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("Long and short bodies", .served(processes: 2, "--pace", "0s", "--body-limit", "1000"))
  struct BodyLengthTests {
    private static let order = #"{"products":["a"],"amount":1}"#

    private static func padded(to count: Int) -> [UInt8] {
      Array(order.utf8) + [UInt8](repeating: 0x20, count: count - order.utf8.count)
    }

    @Test("a body over the limit: 413 made by the service, and nothing is stored; one of the limit is taken")
    func limit() async throws {
      try await served { service in
        let client = service.client()
        #expect(try client.post(Self.padded(to: 1000)).status == 202)
        let newest = try client.newest()
        for length in [1001, 20_000, 66_000] {
          let answer = try client.post(Self.padded(to: length))
          expectProblem(answer, 413, "body-too-large", "\(length)")
          #expect((answer.json["detail"] as? String)?.contains("1000") == true, "it is not the service's")
        }
        #expect(try client.newest() == newest)
        #expect(try client.post(Self.padded(to: 1000)).status == 202)
      }
    }

    @Test("a body beyond what nginx takes is its 413, and a problem document too")
    func nginxLimit() async throws {
      try await served { service in
        let newest = try service.client().newest()
        // Told by the length alone, before any of the body is sent.
        let head = "POST /orders HTTP/1.1\r\nHost: orders\r\nContent-Type: application/json\r\n"
        let told = try service.client().exchange(head + "Content-Length: 70000\r\n\r\n")
        expectProblem(told, 413, "body-too-large")
        #expect(told.json["detail"] as? String == "The body may have at most 1000 bytes.")
        expectProblem(
          try service.client().exchange(head + "Content-Length: 9223372036854775807\r\n\r\n"), 413, "body-too-large")
        expectProblem(try service.client().post(Self.padded(to: 200_000)), 413, "body-too-large")
        let chunk = String(repeating: " ", count: 70_000)
        expectProblem(
          try service.client().exchange(
            head + "Transfer-Encoding: chunked\r\n\r\n" + String(chunk.count, radix: 16) + "\r\n\(chunk)\r\n0\r\n\r\n"),
          413, "body-too-large")
        #expect(try service.client().newest() == newest)
      }
    }

    @Test("a body in chunks is taken like any other")
    func chunked() async throws {
      try await served { service in
        let client = service.client()
        let head = "POST /orders HTTP/1.1\r\nHost: orders\r\nContent-Type: application/json\r\n"
        let chunks = Self.order.map { "1\r\n\($0)\r\n" }.joined()
        let answer = try client.exchange(head + "Transfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
        #expect(answer.status == 202, "\(answer.text)")
        let long = String(repeating: " ", count: 1001)
        expectProblem(
          try client.exchange(head + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n\(long)\r\n0\r\n\r\n"), 413,
          "body-too-large")
        expectProblem(
          try client.exchange(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, "malformed-json")
      }
    }

    @Test("a body shorter than Content-Length: a client that leaves before it is whole has ordered nothing")
    func leaves() async throws {
      try await served { service in
        let newest = try service.client().newest()
        for sent in [Self.order, String(Self.order.dropLast()), ""] {
          let client = service.client()
          let head =
            "POST /orders HTTP/1.1\r\nHost: orders\r\nContent-Type: application/json\r\nContent-Length: 300\r\n\r\n"
          try client.write(Array((head + sent).utf8))
          client.disconnect()
        }
        Thread.sleep(forTimeInterval: 0.2)
        #expect(try service.client().newest() == newest)
        #expect(try service.client().submit() == newest + 1)
      }
    }
  }
}
