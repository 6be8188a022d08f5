import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  @Suite("bodies")
  struct BodyTests {
    typealias Bytes = RecordBytes

    @Test(
      "CONTENT_LENGTH that isn't the body's length makes it truncated, and the connection goes on",
      arguments: [
        ("5", "5"), ("4", "truncated"), ("6", "truncated"), ("0", "truncated"), (nil, "5"), ("", "5"),
        ("-5", "truncated"), ("99999999999999999999", "truncated"), ("9223372036854775807", "truncated"),
      ] as [(String?, String)])
    func announced(_ length: String?, _ expected: String) async throws {
      try await withServer { server in
        let peer = try server.connect()
        for _ in 0..<2 {
          let request = Bytes.head("POST", "/", contentLength: length) + Bytes.stream(5, Array("hello".utf8))
          #expect(try await peer.ask(request).text == "POST / \(expected)")
        }
        try await server.answersHonestly()
      }
    }

    @Test(
      "a body of the limit is taken, of one byte more is not, and the next request is read right",
      arguments: [(999, "999"), (1000, "1000"), (1001, "more than 1000"), (100_000, "more than 1000")])
    func limit(_ count: Int, _ expected: String) async throws {
      try await withServer(.brief { $0.bodyLimit = 1000 }) { server in
        let peer = try server.connect()
        for _ in 0..<3 {
          let request = Bytes.request("POST", "/", body: .init(repeating: 1, count: count))
          #expect(try await peer.ask(request).text == "POST / \(expected)")
          #expect(try await peer.ask(Bytes.request("GET", "/next")).text == "GET /next 0")
        }
      }
    }

    @Test(
      "a long body arrives whole, however it is cut", arguments: [65_535, 65_536, 1 << 20, 5_000_000], [65_535, 8191])
    func long(_ count: Int, _ record: Int) async throws {
      let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13 ^ $0 >> 8) }
      let handler: Server.Handler = { request in
        guard case .complete(let bytes) = request.body else { return .text("\(request.body)") }
        return .text(bytes == body ? "the same" : "another of \(bytes.count) bytes")
      }
      try await withServer(.brief { $0.bodyLimit = 5_000_000 }, handler: handler) { server in
        let request =
          Bytes.head("POST", "/", contentLength: "\(count)") + Bytes.stream(5, body, most: record, padding: 3)
        let peer = try server.connect()
        for _ in 0..<3 { #expect(try await peer.ask(request).text == "the same") }
      }
    }

    @Test(
      "padding behind the end of STDIN isn't taken for the next request", arguments: [10, 100_000, 300_000],
      [1, 8, 255])
    func paddedEnd(_ count: Int, _ padding: UInt8) async throws {
      try await withServer { server in
        let peer = try server.connect()
        let body = [UInt8](repeating: 1, count: count)
        let request = Bytes.head("POST", "/", contentLength: "\(count)") + Bytes.stream(5, body, endPadding: padding)
        for _ in 0..<3 { #expect(try await peer.ask(request).text == "POST / \(count)") }
      }
    }

    @Test("padding that libfcgi's 8192-byte reads leave behind is dropped", arguments: [10_000, 250_000])
    func paddedEndAtAnyOffset(_ least: Int) async throws {
      try await withServer { server in
        let peer = try server.connect()
        for count in stride(from: least, to: least + 8192, by: 120) {
          let body = [UInt8](repeating: 1, count: count)
          let request = Bytes.head("POST", "/", contentLength: "\(count)") + Bytes.stream(5, body, endPadding: 255)
          #expect(try await peer.ask(request).text == "POST / \(count)")
        }
      }
    }

    @Test("a GET with a body is read to its end")
    func bodyOfGet() async throws {
      try await withServer { server in
        let peer = try server.connect()
        for _ in 0..<3 { #expect(try await peer.ask(Bytes.request("GET", "/", body: [1, 2])).text == "GET / 2") }
      }
    }

    @Test("many long bodies at once are all read")
    func manyLong() async throws {
      try await withServer { server in
        let body = [UInt8](repeating: 7, count: 500_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<12 {
            group.addTask {
              let peer = try server.connect()
              for _ in 0..<3 {
                #expect(try await peer.ask(Bytes.request("PUT", "/", body: body)).text == "PUT / 500000")
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }

    @Test("a handler of a long body runs on a worker")
    func longBodyRunsOnWorker() async throws {
      let handler: Server.Handler = { _ in .text(threadName()) }
      try await withServer(handler: handler) { server in
        let answer = try await server.ask(Bytes.request("POST", "/", body: .init(repeating: 0, count: 400_000)))
        #expect(answer.text.hasPrefix("worker-"))
      }
    }
  }
}
