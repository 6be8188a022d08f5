import HTTPClient

/// The body of an event stream, piece by piece.
struct EventBytes {
  /// The service says something at least every 15 s.
  static let longestSilence = Duration.seconds(40)

  private var pieces: Body.AsyncIterator
  private let address: ServiceAddress
  private let silence: Duration

  /// Throws where the answer is none of a stream; of a stream that is over already nothing comes. `silence` is how long
  /// the request lets the service be silent.
  init(_ response: Response, from address: ServiceAddress, silence: Duration) async throws(ClientFailure) {
    pieces = response.body.makeAsyncIterator()
    self.address = address
    self.silence = silence
    let head = Answer(response.head)
    if head.status == 204 || head.status == 200 && head.type == "text/event-stream" { return }
    let answer: Answer
    do {
      answer = try await Connection.answer(response)
    } catch {
      throw .of(error, at: address, after: silence)
    }
    throw .of(answer, at: address)
  }

  /// `nil` when the service has ended the stream.
  mutating func next() async throws(ClientFailure) -> [UInt8]? {
    do {
      return try await pieces.next(isolation: #isolation)
    } catch {
      throw .of(error, at: address, after: silence)
    }
  }
}
