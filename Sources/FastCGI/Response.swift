public import HTTPTypes

/// An answer: a head, and a body of bytes or a stream of them.
///
/// Bytes get a `Content-Length`; an answer to HEAD keeps it and sends no body.
public struct Response: Sendable {
  public var status: HTTPResponse.Status
  public var headerFields: HTTPFields
  public var body: Body

  public init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: Body = .none) {
    self.status = status
    self.headerFields = headerFields
    self.body = body
  }

  public enum Body: Sendable {
    /// No body, and no `Content-Length` but one among the header fields: 204, 304, and answers to HEAD whose body would cost
    /// much.
    case none
    case bytes([UInt8])
    /// Each element is sent as it comes; the next one is asked for when the peer has taken it. A sequence that throws
    /// ends the connection without ending the answer, so that the client sees it cut off.
    case stream(any AsyncSequence<[UInt8], any Error> & Sendable)
  }
}
