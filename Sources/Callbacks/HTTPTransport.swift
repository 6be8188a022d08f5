#if Callbacks
  import AsyncHTTPClient
  import Jobs
  import NIOCore
  import NIOHTTP1
  import NIOPosix
  import NIOSSL

  /// HTTP/1.1 on a connection of its own for each request: every one goes to an address that was checked just now, and a
  /// kept connection would outlive the check.
  final class HTTPTransport: Transport {
    struct Failure: Error, CustomStringConvertible {
      let description: String
    }

    /// So much of an answer is read, out of politeness: nothing but its status counts.
    private static let mostRead = 16_384

    private let tls: TLSConfiguration
    private let group: any EventLoopGroup

    /// `authorities` are those who may sign a receiver's certificate; empty: the system's.
    init(authorities: [NIOSSLCertificate] = [], group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
      var tls = TLSConfiguration.makeClientConfiguration()
      if !authorities.isEmpty { tls.trustRoots = .certificates(authorities) }
      self.tls = tls
      self.group = group
    }

    func post(_ request: CallbackRequest, to address: IPAddress) async throws -> CallbackReply {
      try await HTTPClient.withHTTPClient(
        eventLoopGroup: group, configuration: configuration(for: request.url, at: address)
      ) { client in
        var post = HTTPClientRequest(url: request.url)
        post.method = .POST
        for (name, value) in request.headerFields { post.headers.add(name: name, value: value) }
        post.body = .bytes(ByteBuffer(bytes: request.body))
        // Whoever calls has a limit of its own.
        let response = try await client.execute(post, deadline: .distantFuture)
        let reply = CallbackReply(
          status: Int(response.status.code),
          retryAfter: RetryAfter.pause(
            response.headers.first(name: "retry-after"), date: response.headers.first(name: "date"), now: .now))
        await Self.drain(response.body)
        return reply
      }
    }

    private func configuration(for url: String, at address: IPAddress) throws -> HTTPClient.Configuration {
      guard let host = CallbackTarget(url)?.host else { throw Failure(description: "not a URL") }
      var configuration = HTTPClient.Configuration(
        tlsConfiguration: tls, redirectConfiguration: .disallow,
        timeout: .init(connect: .seconds(15), read: .seconds(15)), proxy: nil, decompression: .disabled)
      configuration.httpVersion = .http1Only
      configuration.connectionPool.retryConnectionEstablishment = false
      // The client connects to the address, and asks there for the name.
      if IPAddress(host) == nil {
        configuration.dnsOverride = [host: address.description]
      }
      configuration.http1_1ConnectionDebugInitializer = { channel in Self.check(channel, isAt: address) }
      return configuration
    }

    /// Before anything is sent: that all the above has led to where it should.
    static func check(_ channel: any Channel, isAt address: IPAddress) -> EventLoopFuture<Void> {
      if channel.remoteAddress?.ipAddress.flatMap(IPAddress.init) == address {
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      // After the client has heard of it.
      channel.eventLoop.execute { channel.close(promise: nil) }
      return channel.eventLoop.makeFailedFuture(Failure(description: "connected to another address than was checked"))
    }

    /// What comes is thrown away; a receiver that ends early or goes on for ever has been heard all the same.
    private static func drain(_ body: HTTPClientResponse.Body) async {
      await withTaskGroup { group in
        group.addTask {
          var read = 0
          do {
            for try await part in body {
              read += part.readableBytes
              if read > mostRead { return }
            }
          } catch {
            // The status has come.
          }
        }
        group.addTask { try? await Task.sleep(for: .seconds(1)) }
        await group.next()
        group.cancelAll()
      }
    }
  }
#endif
