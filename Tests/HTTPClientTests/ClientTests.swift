import Glibc
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite("The HTTP client")
struct ClientTests {
  private let client = Client()

  private func answering(_ text: String) throws -> SocketServer {
    try SocketServer { connection in
      while try connection.request() != nil { connection.write(text) }
    }
  }

  @Test("sends what it is told, adds Host and the length, and gives back status, fields and body")
  func exchange() async throws {
    let server = try answering(
      "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        + "HTTP/1.1 201 Created\r\nX-Two: a\r\nx-two:  b \r\nContent-Length: 5\r\n\r\nhello")
    var request = Request("PATCH", "http://127.0.0.1:\(server.port)/a/../b?c=%20", body: [0, 13, 10, 255])
    request.fields = [("X-One", "ä b\tc"), ("X-Empty", "")]
    let response = try await client.send(request)
    #expect(response.head.status == 201)
    #expect(response.head.fields.map { $0.name } == ["x-two", "x-two", "content-length"])
    #expect(response.head.fields.map { $0.value } == ["a", "b", "5"])
    #expect(try await response.body.bytes(upTo: 5) == Array("hello".utf8))
    let seen = try #require(server.requests.first)
    #expect(seen.method == "PATCH" && seen.target == "/a/../b?c=%20" && seen.body == [0, 13, 10, 255])
    #expect(seen.fields.map { $0.name }.sorted() == ["content-length", "host", "x-empty", "x-one"])
    #expect(seen["x-one"] == ["ä b\tc"] && seen["host"] == ["127.0.0.1:\(server.port)"])
  }

  @Test("says how much of the body is sent, up to all of it")
  func upload() async throws {
    let server = try answering("HTTP/1.1 204 No Content\r\n\r\n")
    let heard = Mutex<[(sent: Int64, total: Int64)]>([])
    let body = [UInt8](repeating: 7, count: 4_000_000)
    var request = Request("POST", "http://127.0.0.1:\(server.port)/", body: body)
    request.onUpload = { sent, total in heard.withLock { $0.append((sent, total)) } }
    _ = try await client.send(request)
    let steps = heard.withLock { $0 }.filter { $0.total > 0 }
    #expect(steps.allSatisfy { $0.total == 4_000_000 })
    #expect(steps.last?.sent == 4_000_000)
    #expect(steps.map(\.sent) == steps.map(\.sent).sorted())
  }

  @Test("keeps a connection for the next request, unless a request wants its own")
  func connections() async throws {
    var connections: [Int]
    var began: ContinuousClock.Instant
    // libcurl closes what was idle for two minutes (CURLOPT_MAXAGE_CONN), and a machine with much to do can let that much
    // pass between two requests of a test.
    repeat {
      began = .now
      connections = []
      let server = try answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      for isOwn in [false, false, true, true, false] {
        var request = Request.get(server)
        request.hasOwnConnection = isOwn
        _ = try await client.send(request).body.bytes(upTo: 2)
        connections.append(server.connections)
      }
    } while began.duration(to: .now) > .seconds(100)
    #expect(connections == [1, 1, 2, 3, 3])
  }

  @Test("an empty body is sent as one, and no body as none")
  func emptyBody() async throws {
    let server = try answering("HTTP/1.1 204 No Content\r\n\r\n")
    for body in [[], nil] as [[UInt8]?] {
      _ = try await client.send(Request("POST", "http://127.0.0.1:\(server.port)/", body: body))
    }
    #expect(server.requests.map { $0["content-length"] } == [["0"], []])
  }

  @Test("a body of many bytes arrives whole, both ways, and neither waits for a 100 Continue")
  func large() async throws {
    let server = try SocketServer { connection in
      while let request = try connection.request() {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n")
        connection.write(request.body)
      }
    }
    let body = (0..<5 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let response = try await client.send(Request("POST", "http://127.0.0.1:\(server.port)/", body: body))
    #expect(try await response.body.bytes(upTo: body.count) == body)
    #expect(server.requests.first?["expect"] == [])
  }

  @Test("follows no redirect, whatever its status", arguments: [301, 302, 303, 307, 308])
  func redirect(status: Int) async throws {
    let server = try answering(
      "HTTP/1.1 \(status) Elsewhere\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
    for _ in 1...2 { #expect(try await client.send(.get(server)).head.status == status) }
    #expect(server.requests.map(\.target) == ["/", "/"])
    #expect(server.requests.allSatisfy { $0["cookie"].isEmpty })
  }

  @Test("a login in the URL is refused, and a 401 is an answer like others")
  func logins() async throws {
    let server = try answering("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
    #expect(try await client.send(.get(server)).head.status == 401)
    let login = Request("GET", "http://ann:secret@127.0.0.1:\(server.port)/")
    #expect(await client.code(of: login) == .badRequest)
    #expect(server.requests.count == 1)
  }

  @Test(
    "refuses what would be another header field, or another request",
    arguments: [
      ("GET", "http://127.0.0.1:1/", ("x", "a\r\nX-User: ann")), ("GET", "http://127.0.0.1:1/", ("x", "a\nb")),
      ("GET", "http://127.0.0.1:1/", ("x", "a\0b")), ("GET", "http://127.0.0.1:1/", ("x: y\r\nz", "a")),
      ("GET", "http://127.0.0.1:1/", ("", "a")), ("GET", "http://127.0.0.1:1/", ("x y", "a")),
      ("GET", "http://127.0.0.1:1/", ("Host", "a")), ("GET", "http://127.0.0.1:1/", ("transfer-encoding", "chunked")),
      ("GET", "http://127.0.0.1:1/", ("Content-Length", "7")), ("GET / HTTP/1.1\r\nX: y", "http://127.0.0.1:1/", nil),
      ("", "http://127.0.0.1:1/", nil), ("GET", "http://127.0.0.1:1/ HTTP/1.1\r\nX: y", nil),
      ("GET", "http://127.0.0.1:1/ä", nil), ("GET", "ftp://127.0.0.1:1/", nil), ("GET", "file:///etc/passwd", nil),
      ("GET", "127.0.0.1:1", nil), ("GET", "http:///", nil), ("GET", "http://127.0.0.1:99999/", nil),
    ] as [(String, String, (String, String)?)])
  func injection(method: String, url: String, field: (String, String)?) async {
    let request = Request(method, url, fields: field.map { [(name: $0.0, value: $0.1)] } ?? [])
    #expect(await client.code(of: request) == .badRequest)
    var pinned = Request("GET", "http://127.0.0.1:1/")
    pinned.address = "a.invalid"
    #expect(await client.code(of: pinned) == .badRequest)
  }

  @Test("asks no proxy of the environment, unless it is told to")
  func proxy() async throws {
    // The environment is the process's: in one of its own.
    await #expect(processExitsWith: .success) {
      let proxy = try SocketServer { connection in
        _ = try connection.request()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      }
      for name in ["http_proxy", "all_proxy"] { setenv(name, "http://127.0.0.1:\(proxy.port)", 1) }
      let direct = Request("GET", "http://orders.invalid/")
      let error = await #expect(throws: TransferError.self) { try await Client().send(direct) }
      try #require(error?.code == .unresolved)
      try #require(proxy.connections == 0)
      var indirect = direct
      indirect.proxy = .environment
      let status = try await Client().send(indirect).head.status
      try #require(status == 200)
      try #require(proxy.requests.first?.target == "http://orders.invalid/")
    }
  }

  @Test("cancelling ends a transfer at once, wherever it is: the connection is closed when it throws")
  func cancel() async throws {
    let (hungUp, isHungUp) = AsyncStream.makeStream(of: String.self)
    let server = try SocketServer { connection in
      guard let request = try connection.request() else { return }
      if request.target == "/body" { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") }
      connection.awaitHangUp()
      isHungUp.yield(request.target)
    }
    var ends = hungUp.makeAsyncIterator()
    for target in ["/head", "/body"] {
      let task = Task { [client, request = Request.get(server, target)] in
        var iterator = try await client.send(request).body.makeAsyncIterator()
        while try await iterator.next(isolation: nil) != nil {}
      }
      try await eventually("it is sent") { server.requests.contains { $0.target == target } }
      task.cancel()
      let error = await #expect(throws: TransferError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      let end = await ends.next()
      #expect(end == target)
    }
    let early = Task { [client, request = Request.get(server)] in
      withUnsafeCurrentTask { $0?.cancel() }
      _ = try await client.send(request)
    }
    await #expect(throws: TransferError.self) { try await early.value }
    #expect(server.connections == 2)
  }

  @Test("a response that nobody refers to any more ends its transfer")
  func abandoned() async throws {
    let (hungUp, isHungUp) = AsyncStream.makeStream(of: Void.self)
    let server = try SocketServer { connection in
      _ = try connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
      connection.awaitHangUp()
      isHungUp.yield()
    }
    #expect(try await client.send(.get(server)).head.status == 200)
    for await _ in hungUp { break }
  }

  @Test("a response outlives its client")
  func outlives() async throws {
    let server = try answering(
      "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + String(repeating: "x", count: 300_000))
    let response = try await Client().send(.get(server))
    #expect(try await response.body.bytes(upTo: 300_000).count == 300_000)
  }

  @Test("sees each address at the moment of connecting, and connects to none that it refuses")
  func refused() async throws {
    let server = try answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    let seen = SeenAddresses()
    var request = Request("GET", "http://localhost:\(server.port)/")
    request.allowsAddress = { address in
      seen.list.withLock { $0.append(address) }
      return false
    }
    #expect(await client.code(of: request) == .refusedAddress)
    #expect(server.connections == 0)
    let addresses = seen.list.withLock { $0 }
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { ["127.0.0.1", "::1"].contains($0.description) && Int($0.port) == server.port })
    // Of several, those that are allowed are tried.
    request.allowsAddress = { $0.description == "127.0.0.1" }
    #expect(try await client.send(request).head.status == 200)
  }

  @Test("connects to the address it is told, in place of the URL's, and over IPv6", arguments: ["127.0.0.1", "::1"])
  func pinned(address: String) async throws {
    let server = try SocketServer(address) { connection in
      while try connection.request() != nil { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
    }
    var request = Request("GET", "http://no.such.host.invalid:\(server.port)/")
    request.address = address
    request.allowsAddress = { $0.description == address }
    #expect(try await client.send(request).head.status == 200)
    #expect(server.requests.first?["host"] == ["no.such.host.invalid:\(server.port)"])
    let literal = address.contains(":") ? "[\(address)]" : address
    #expect(try await client.send(Request("GET", "http://\(literal):\(server.port)/")).head.status == 200)
  }

  @Test("says of each way to fail which it was")
  func failures() async throws {
    let hangingUp = try SocketServer { _ = try $0.request() }
    let short = try SocketServer { connection in
      _ = try connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    }
    let foreign = try SocketServer { connection in
      _ = try connection.request()
      connection.write("SSH-2.0-OpenSSH_9.2\r\n")
    }
    let foreignToo = try SocketServer { connection in
      connection.write("SSH-2.0-OpenSSH_9.2\r\n")
      connection.awaitHangUp()
    }
    for (url, expected) in [
      ("http://127.0.0.1:\(freePort())/", .unreachable), ("http://no.such.host.invalid/", .unresolved),
      ("http://127.0.0.1:\(hangingUp.port)/", .brokenOff), ("http://127.0.0.1:\(short.port)/", .brokenOff),
      ("http://127.0.0.1:\(foreign.port)/", .notHTTP), ("https://127.0.0.1:\(foreignToo.port)/", .insecure),
    ] as [(String, TransferError.Code)] {
      #expect(await client.code(of: Request("GET", url)) == expected, "\(url)")
    }
  }

  @Test("a certificate must be the host's, and signed by an authority that counts")
  func certificates() async throws {
    let server = try answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    let front = try await blocking { try SecureFront("a.invalid", before: server.port) }
    for (host, authorities, expected) in [
      ("a.invalid", front.certificate, nil), ("b.invalid", front.certificate, .insecure), ("a.invalid", nil, .insecure),
      ("a.invalid", Array("no certificate".utf8), .insecure),
    ] as [(String, [UInt8]?, TransferError.Code?)] {
      var request = Request("GET", "https://\(host):\(front.port)/")
      request.address = "127.0.0.1"
      request.authorities = authorities
      #expect(await client.code(of: request) == expected)
    }
    #expect(server.requests.count == 1)
  }
}

private final class SeenAddresses: Sendable {
  let list = Mutex<[PeerAddress]>([])
}
