import HTTPClient
import Jobs

/// HTTP/1.1 on a connection of its own for each request: every one goes to an address that was checked just now, and a
/// kept connection would outlive the check.
final class HTTPTransport: Transport {
  /// How much of an answer is read, out of politeness: nothing but its status counts.
  private static let mostRead = 16_384

  private let client: Client
  private let authorities: [UInt8]?

  /// `client` may be anyone's; `authorities` are those who may sign a receiver's certificate, as PEM; `nil`: the system's.
  init(_ client: Client = Client(), authorities: [UInt8]? = nil) {
    self.client = client
    self.authorities = authorities
  }

  func post(_ request: CallbackRequest, to address: IPAddress) async throws -> CallbackReply {
    let response = try await client.send(transfer(of: request, to: address))
    let reply = CallbackReply(
      status: response.head.status,
      retryAfter: response.head.retryAfter(now: Timestamp.now.milliseconds / 1000))
    // The status counts though the body ends early or never.
    await response.body.discard(upTo: Self.mostRead)
    return reply
  }

  private func transfer(of request: CallbackRequest, to address: IPAddress) -> Request {
    var post = Request("POST", request.url, fields: request.headerFields, body: request.body)
    // The caller limits the whole attempt.
    post.deadlines = Request.Deadlines(connect: .seconds(15), silence: .seconds(15))
    post.hasOwnConnection = true
    post.address = address.description
    post.authorities = authorities
    post.readAhead = Self.mostRead
    // Looked at again when the connection is made, whatever else may decide where it goes.
    post.allowsAddress = { $0.zone == 0 && IPAddress(bytes: $0.bytes) == address }
    return post
  }
}
