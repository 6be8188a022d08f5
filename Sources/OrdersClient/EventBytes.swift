/// The body of an event stream, piece by piece.
struct EventBytes {
  /// The service says something at least every 15 s.
  static let longestSilence = Duration.seconds(40)

  private var parts: Connection.Parts.Iterator
  private let address: ServiceAddress

  /// Waits for the head. Throws where it is none of a stream; of a stream that is over already nothing comes.
  init(_ parts: Connection.Parts, from address: ServiceAddress) async throws(ClientFailure) {
    self.parts = parts.makeAsyncIterator()
    self.address = address
    guard case .head(let status, let fields)? = try await nextPart() else {
      throw ClientFailure(.away, "\(address): the connection broke: try again")
    }
    if status == 204 { return }
    let head = Answer(status: status, fields: fields)
    if status == 200, head.type == "text/event-stream" { return }
    var body: [UInt8] = []
    while case .body(let bytes)? = try await nextPart() { body += bytes }
    throw .of(Answer(status: status, fields: fields, body: body), at: address)
  }

  /// `nil` when the service has ended the stream.
  mutating func next() async throws(ClientFailure) -> [UInt8]? {
    guard case .body(let bytes)? = try await nextPart() else { return nil }
    return bytes
  }

  private mutating func nextPart() async throws(ClientFailure) -> Connection.Part? {
    do {
      return try await parts.next(isolation: #isolation)
    } catch {
      throw .of(error, at: address, after: Self.longestSilence)
    }
  }
}
