import HTTPClient
import Jobs
import TestSupport
import Testing

@testable import Callbacks

@Suite("The HTTP client of callbacks", .serialized)
struct HTTPTransportTests {
  private let loopback = IPAddress("127.0.0.1")!

  private func request(_ url: String) -> CallbackRequest {
    CallbackRequest(url: url, headerFields: [("webhook-id", "m-1"), ("user-agent", "orders/test")], body: [1, 2, 3])
  }

  @Test("connects to the address it is given, and asks there for the URL's host, though no such name exists")
  func pinned() async throws {
    let server = try receiver()
    let url = "http://receiver.invalid:\(server.port)/hook?a=b%20c"
    let reply = try await HTTPTransport().post(request(url), to: loopback)
    #expect(reply == CallbackReply(status: 200))
    let seen = try #require(server.requests.first)
    #expect(seen.method == "POST")
    #expect(seen.target == "/hook?a=b%20c")
    #expect(seen["host"] == ["receiver.invalid:\(server.port)"])
    #expect(seen["webhook-id"] == ["m-1"])
    #expect(seen["user-agent"] == ["orders/test"])
    #expect(seen["content-length"] == ["3"])
    #expect(seen.body == [1, 2, 3])
  }

  @Test("makes a connection of its own for each request")
  func connections() async throws {
    let server = try receiver()
    let transport = HTTPTransport()
    for _ in 1...3 {
      _ = try await transport.post(request("http://receiver.invalid:\(server.port)/"), to: loopback)
    }
    #expect(server.connections == 3)
  }

  @Test("under TLS too: the certificate is the name's, and so is the server name that is asked for")
  func tls() async throws {
    let server = try receiver()
    let front = try await blocking { try SecureFront("receiver.invalid", before: server.port) }
    let transport = HTTPTransport(authorities: front.certificate)
    let reply = try await transport.post(request("https://receiver.invalid:\(front.port)/"), to: loopback)
    #expect(reply.status == 200)
    #expect(server.requests.first?["host"] == ["receiver.invalid:\(front.port)"])
    // Another name at the same address, and an authority that nobody knows.
    for (transport, name) in [(transport, "other.invalid"), (HTTPTransport(), "receiver.invalid")] {
      let error = await #expect(throws: TransferError.self) {
        try await transport.post(request("https://\(name):\(front.port)/"), to: loopback)
      }
      #expect(error?.code == .insecure)
    }
    #expect(server.requests.count == 1)
  }

  @Test("goes nowhere but to the address that was checked, though the URL has another one")
  func mismatch() async throws {
    let server = try receiver()
    await #expect(throws: TransferError.self) {
      try await HTTPTransport().post(request("http://127.0.0.1:\(server.port)/"), to: IPAddress("127.0.0.2")!)
    }
    #expect(try await HTTPTransport().post(request("http://127.0.0.1:\(server.port)/"), to: loopback).status == 200)
    #expect(server.connections == 1)
  }

  @Test("follows no redirect, and reads Retry-After as a number and as a date, by the receiver's clock")
  func redirect() async throws {
    let server = try receiver()
    for (path, reply) in [
      ("redirect", CallbackReply(status: 307)), ("busy", CallbackReply(status: 503, retryAfter: .seconds(7))),
      ("date", CallbackReply(status: 503, retryAfter: .seconds(90))),
    ] {
      #expect(
        try await HTTPTransport().post(request("http://a.invalid:\(server.port)/\(path)"), to: loopback) == reply)
    }
    #expect(server.requests.count == 3)
  }

  @Test("takes the status of an answer that never ends")
  func unending() async throws {
    let server = try receiver()
    for path in ["long", "stuck"] {
      let reply = try await HTTPTransport().post(request("http://a.invalid:\(server.port)/\(path)"), to: loopback)
      #expect(reply.status == 200)
    }
  }

  @Test("ends when it is cancelled, and where nobody listens")
  func cancelled() async throws {
    let server = try receiver()
    let (hanging, loopback) = (request("http://a.invalid:\(server.port)/hang"), loopback)
    let post = Task { try await HTTPTransport().post(hanging, to: loopback) }
    try await eventually("it is sent") { server.requests.count == 1 }
    post.cancel()
    await #expect(throws: (any Error).self) { try await post.value }
    await #expect(throws: (any Error).self) {
      try await HTTPTransport().post(request("http://127.0.0.1:\(freePort())/"), to: loopback)
    }
  }

  @Test("a lookup finds this machine, doesn't find what isn't there, and ends when it is cancelled")
  func lookup() async throws {
    #expect(try await SystemLookup().addresses(of: "localhost").allSatisfy(\.isLoopback))
    await #expect(throws: SystemLookup.Failure.self) { try await SystemLookup().addresses(of: "a b") }
    let lookup = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await SystemLookup().addresses(of: "localhost")
    }
    await #expect(throws: CancellationError.self) { try await lookup.value }
  }
}

/// A receiver that answers by path.
private func receiver() throws -> SocketServer {
  try SocketServer { connection in
    while let request = try connection.request() {
      switch request.target {
      case "/hang":
        connection.awaitHangUp()
      case "/redirect":
        connection.write("HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
      case "/busy":
        connection.write("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")
      case "/date":
        connection.write(
          "HTTP/1.1 503 Service Unavailable\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n"
            + "Date: Wed, 21 Oct 2026 07:26:30 GMT\r\nContent-Length: 0\r\n\r\n")
      case "/long":
        let piece = String(repeating: "a", count: 1 << 20)
        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n\(piece)\r\n")
        connection.awaitHangUp()
      case "/stuck":
        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.awaitHangUp()
      default:
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      }
    }
  }
}
