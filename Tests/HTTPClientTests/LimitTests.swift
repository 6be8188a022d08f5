import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("The HTTP client's limits")
struct LimitTests {
  private let client = Client()

  /// Writes these letters until the client has gone.
  private func endless(_ begin: String, _ letters: String) throws -> SocketServer {
    try SocketServer { connection in
      _ = try connection.request()
      connection.write(begin)
      while connection.write(letters) {}
    }
  }

  @Test(
    "a server that falls silent is given up: before the head, in it, in the body, and while it should take the request",
    arguments: ["", "HTTP/1.1 200 OK\r\nX-", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
  func silence(begin: String) async throws {
    let server = try SocketServer { connection in
      connection.write(begin)
      connection.awaitHangUp()
    }
    var request = Request.get(server)
    request.deadlines.silence = .milliseconds(100)
    #expect(await client.code(of: request) == .timedOut)
    let deaf = try SocketServer { connection in
      connection.write(begin)
      connection.awaitEnd()
    }
    request = Request("POST", "http://127.0.0.1:\(deaf.port)/", body: [UInt8](repeating: 0, count: 32 << 20))
    request.deadlines.silence = .milliseconds(100)
    #expect(await client.code(of: request) == .timedOut)
  }

  @Test("one that never shakes hands is given up as one that can't be connected to")
  func connect() async throws {
    let server = try SocketServer { $0.awaitHangUp() }
    var request = Request("GET", "https://127.0.0.1:\(server.port)/")
    request.deadlines.connect = .milliseconds(100)
    #expect(await client.code(of: request) == .timedOut)
  }

  @Test("one that goes on for ever is given up when the whole time is over, though it is never silent")
  func whole() async throws {
    let server = try endless("HTTP/1.1 200 OK\r\n\r\n", "x")
    var request = Request.get(server)
    request.deadlines.silence = .seconds(60)
    request.deadlines.whole = .milliseconds(200)
    #expect(await client.code(of: request, upTo: .max) == .timedOut)
  }

  @Test("a reader that takes its time doesn't make the server a silent one")
  func patience() async throws {
    let (stuck, isStuck) = AsyncStream.makeStream(of: Void.self)
    let server = try SocketServer { connection in
      _ = try connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(32 << 20)\r\n\r\n")
      connection.write([UInt8](repeating: 0, count: 32 << 20), onStuck: { isStuck.yield() })
    }
    var request = Request.get(server)
    request.deadlines.silence = .milliseconds(500)
    let response = try await client.send(request)
    // For twice that time.
    var count = 0
    for await _ in stuck {
      count += 1
      if count == 5 { break }
    }
    #expect(try await response.body.bytes(upTo: 32 << 20).count == 32 << 20)
  }

  @Test(
    "a head without end is read to a limit",
    arguments: [
      ("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxxxxxxxxxx"), ("HTTP/1.1 200 OK\r\n", "X: 0123456789\r\n"),
      ("", "HTTP/1.1 100 Continue\r\n\r\n"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: 0123456789\r\n"),
    ])
  func head(begin: String, letters: String) async throws {
    let server = try endless(begin, String(repeating: letters, count: 1000))
    #expect(await client.code(of: .get(server)) == .tooLong)
  }

  @Test(
    "a body longer than the caller's limit is read no further, and its connection closed", arguments: [true, false])
  func body(isAnnounced: Bool) async throws {
    let (hungUp, isHungUp) = AsyncStream.makeStream(of: Void.self)
    let server = try SocketServer { connection in
      _ = try connection.request()
      connection.write("HTTP/1.1 200 OK\r\n\(isAnnounced ? "Content-Length: 99999999999\r\n" : "")\r\n")
      while connection.write([UInt8](repeating: 0, count: 65_536)) {}
      isHungUp.yield()
    }
    #expect(await client.code(of: .get(server), upTo: 100_000) == .tooLong)
    for await _ in hungUp { break }
  }

  /// As gzip makes it.
  private static func mebibyteOfZeros() throws -> [UInt8] {
    let gzip = Process()
    gzip.executableURL = URL(filePath: "/bin/sh")
    gzip.arguments = ["-c", "head -c 1048576 /dev/zero | gzip -9n"]
    let output = Pipe()
    gzip.standardOutput = output
    try gzip.run()
    return Array(try output.fileHandleForReading.readToEnd() ?? Data())
  }

  @Test("compressed bytes count as what they were before")
  func compressed() async throws {
    let zeros = try await blocking { try Self.mebibyteOfZeros() }
    #expect(zeros.count < 2000)
    let server = try SocketServer { connection in
      while let request = try connection.request() {
        let isWanted = request["accept-encoding"] == ["gzip"]
        connection.write(
          "HTTP/1.1 200 OK\r\n\(isWanted ? "Content-Encoding: gzip\r\n" : "")Content-Length: \(zeros.count)\r\n\r\n")
        connection.write(zeros)
      }
    }
    var request = Request.get(server)
    #expect(await client.code(of: request, upTo: zeros.count) == nil)
    request.takesGzip = true
    #expect(await client.code(of: request, upTo: 1 << 20) == nil)
    #expect(await client.code(of: request, upTo: (1 << 20) - 1) == .tooLong)
  }

  @Test("what isn't read stays with the server: of a long body a little waits here")
  func backPressure() async throws {
    let (stuck, isStuck) = AsyncStream.makeStream(of: Int.self)
    let length = 64 << 20
    let server = try SocketServer { connection in
      _ = try connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
      for number in 0..<1024 {
        connection.write([UInt8](repeating: UInt8(number % 251), count: 65_536), onStuck: { isStuck.yield(number) })
      }
    }
    var request = Request.get(server)
    request.readAhead = 100_000
    let response = try await client.send(request)
    for await number in stuck {
      // The system's buffers of both ends hold some megabytes.
      #expect(number << 16 < 32 << 20)
      break
    }
    var read = 0
    var longest = 0
    for try await piece in response.body {
      #expect(piece.first == UInt8((read >> 16) % 251))
      read += piece.count
      longest = max(longest, piece.count)
      #expect(piece.last == UInt8(((read - 1) >> 16) % 251))
    }
    #expect(read == length)
    #expect(longest <= 100_000)
  }
}
