#if Callbacks
  import Foundation
  import Jobs
  import NIOCore
  import NIOHTTP1
  import NIOPosix
  import NIOSSL
  import Synchronization
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
      let server = try await Server.start()
      let url = "http://receiver.invalid:\(server.port)/hook?a=b%20c"
      let reply = try await HTTPTransport().post(request(url), to: loopback)
      #expect(reply == CallbackReply(status: 200))
      let seen = try #require(server.requests.first)
      #expect(seen.head.method == .POST)
      #expect(seen.head.uri == "/hook?a=b%20c")
      #expect(seen.head.headers["host"] == ["receiver.invalid:\(server.port)"])
      #expect(seen.head.headers["webhook-id"] == ["m-1"])
      #expect(seen.head.headers["user-agent"] == ["orders/test"])
      #expect(seen.head.headers["content-length"] == ["3"])
      #expect(seen.body == [1, 2, 3])
      try await server.stop()
    }

    @Test("under TLS too: the certificate is the name's, and so is the server name that is asked for")
    func tls() async throws {
      let identity = try await blocking { try Identity(for: "receiver.invalid") }
      let server = try await Server.start(identity)
      let transport = HTTPTransport(authorities: [identity.certificate])
      let reply = try await transport.post(request("https://receiver.invalid:\(server.port)/"), to: loopback)
      #expect(reply.status == 200)
      #expect(server.requests.first?.head.headers["host"] == ["receiver.invalid:\(server.port)"])
      // Another name at the same address, and an authority that nobody knows.
      await #expect(throws: (any Error).self) {
        try await transport.post(request("https://other.invalid:\(server.port)/"), to: loopback)
      }
      await #expect(throws: (any Error).self) {
        try await HTTPTransport().post(request("https://receiver.invalid:\(server.port)/"), to: loopback)
      }
      #expect(server.requests.count == 1)
      try await server.stop()
    }

    @Test("sends nothing where it ends up at another address than was checked")
    func mismatch() async throws {
      let server = try await Server.start()
      // The URL's own address goes before: what the sender never does.
      await #expect(throws: (any Error).self) {
        try await HTTPTransport().post(request("http://127.0.0.1:\(server.port)/"), to: IPAddress("127.0.0.2")!)
      }
      #expect(try await HTTPTransport().post(request("http://127.0.0.1:\(server.port)/"), to: loopback).status == 200)
      #expect(server.requests.count == 1)
      try await server.stop()
    }

    @Test("follows no redirect, and reads Retry-After as a number and as a date, by the receiver's clock")
    func redirect() async throws {
      let server = try await Server.start()
      for (path, reply) in [
        ("redirect", CallbackReply(status: 307)), ("busy", CallbackReply(status: 503, retryAfter: .seconds(7))),
        ("date", CallbackReply(status: 503, retryAfter: .seconds(90))),
      ] {
        #expect(
          try await HTTPTransport().post(request("http://a.invalid:\(server.port)/\(path)"), to: loopback) == reply)
      }
      #expect(server.requests.count == 3)
      try await server.stop()
    }

    @Test("takes the status of an answer that never ends")
    func unending() async throws {
      let server = try await Server.start()
      for path in ["long", "stuck"] {
        let reply = try await HTTPTransport().post(request("http://a.invalid:\(server.port)/\(path)"), to: loopback)
        #expect(reply.status == 200)
      }
      try await server.stop()
    }

    @Test("ends when it is cancelled, and where nobody listens")
    func cancelled() async throws {
      let server = try await Server.start()
      let (hanging, loopback) = (request("http://a.invalid:\(server.port)/hang"), loopback)
      let post = Task { try await HTTPTransport().post(hanging, to: loopback) }
      try await eventually("it is sent") { server.requests.count == 1 }
      post.cancel()
      await #expect(throws: (any Error).self) { try await post.value }
      try await server.stop()
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

  /// A certificate for a name, signed by itself.
  private struct Identity: Sendable {
    let certificate: NIOSSLCertificate
    let key: NIOSSLPrivateKey

    init(for name: String) throws {
      let folder = try TemporaryFolder()
      let openssl = Process()
      openssl.executableURL = URL(filePath: "/usr/bin/openssl")
      openssl.arguments = [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", folder.path + "/key", "-out",
        folder.path + "/certificate",
      ]
      openssl.standardError = FileHandle.nullDevice
      try openssl.run()
      openssl.waitUntilExit()
      certificate = try #require(try NIOSSLCertificate.fromPEMFile(folder.path + "/certificate").first)
      key = try NIOSSLPrivateKey(file: folder.path + "/key", format: .pem)
    }
  }

  /// A small HTTP server on a free port of 127.0.0.1, which answers by path.
  private struct Server: Sendable {
    let port: Int
    private let channel: any Channel
    private let seen: Seen

    var requests: [Seen.Request] { seen.requests.withLock { $0 } }

    static func start(_ identity: Identity? = nil) async throws -> Server {
      let tls = try identity.map { identity in
        try NIOSSLContext(
          configuration: .makeServerConfiguration(
            certificateChain: [.certificate(identity.certificate)], privateKey: .privateKey(identity.key)))
      }
      let seen = Seen()
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(Answering(seen))
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()
      return Server(port: channel.localAddress?.port ?? 0, channel: channel, seen: seen)
    }

    func stop() async throws {
      try await channel.close()
    }
  }

  private final class Seen: Sendable {
    struct Request: Sendable {
      var head: HTTPRequestHead
      var body: [UInt8]
    }

    let requests = Mutex<[Request]>([])
  }

  private final class Answering: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let seen: Seen
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ seen: Seen) {
      self.seen = seen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): (self.head, body) = (head, [])
      case .body(let part): body += Array(part.readableBytesView)
      case .end:
        guard let head else { return }
        seen.requests.withLock { $0.append(Seen.Request(head: head, body: body)) }
        answer(head.uri, context)
      }
    }

    private func answer(_ uri: String, _ context: ChannelHandlerContext) {
      var fields: HTTPHeaders = ["content-length": "0"]
      var status = HTTPResponseStatus.ok
      switch uri {
      case "/hang": return
      case "/redirect":
        status = .temporaryRedirect
        fields.add(name: "location", value: "/elsewhere")
      case "/busy", "/date":
        status = .serviceUnavailable
        fields.add(name: "retry-after", value: uri == "/busy" ? "7" : "Wed, 21 Oct 2026 07:28:00 GMT")
        if uri == "/date" { fields.add(name: "date", value: "Wed, 21 Oct 2026 07:26:30 GMT") }
      case "/long", "/stuck": fields = ["transfer-encoding": "chunked"]
      default: break
      }
      let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
      context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
      switch uri {
      case "/stuck": break
      case "/long":
        let part = ByteBuffer(repeating: 97, count: 1 << 20)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(part))), promise: nil)
      default: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
#endif
