import HTTPClient

/// Sends requests to a service, and reads of an answer no more than one of ours would send.
struct Connection: Sendable {
  private static let longestDocument = 256 << 20
  private static let longestProblem = 1 << 20
  /// How far an endless stream may get ahead of its reader. Then the service waits.
  private static let streamAhead = 16 << 20

  private let client = Client()

  /// The whole answer.
  func answer(to request: Request) async throws(TransferError) -> Answer {
    var request = request
    request.takesGzip = true
    return try await Self.answer(client.send(request))
  }

  /// An answer whose body may have no end.
  func stream(_ request: Request) async throws(TransferError) -> Response {
    var request = request
    request.readAhead = Self.streamAhead
    return try await client.send(request)
  }

  /// The rest of an answer that has begun.
  static func answer(_ response: Response) async throws(TransferError) -> Answer {
    let limit = (200..<300).contains(response.head.status) ? longestDocument : longestProblem
    return Answer(response.head, body: try await response.body.bytes(upTo: limit))
  }
}

extension Answer {
  init(_ head: ResponseHead, body: [UInt8] = []) {
    let fields = Dictionary(head.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { "\($0), \($1)" })
    self.init(status: head.status, fields: fields, body: body)
  }
}
