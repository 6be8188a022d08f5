public import HTTPTypes

/// One request as the web server passed it on: a value, independent of its connection.
public struct Request: Sendable {
  public let method: HTTPRequest.Method
  /// Path and query exactly as the client sent them (`REQUEST_URI`): nothing decoded, no slashes merged.
  public let target: String
  /// The client's header fields. One repeated by the client is joined as RFC 9110 section 5.3 says.
  public let headerFields: HTTPFields
  /// Everything else the web server passed, for example `REMOTE_USER` or `REQUEST_ID`.
  public let parameters: Parameters
  public let body: Body
  /// What has taken the body, which is empty or truncated here; `nil` where nothing asked for it.
  public let receiver: (any BodyReceiver)?
  /// The client sent more header fields than the server keeps (100 lines, 64 KiB): some are missing in ``headerFields``,
  /// and the request can't be taken at its word.
  public let hasTooManyFields: Bool

  public init(
    method: HTTPRequest.Method, target: String, headerFields: HTTPFields = [:], parameters: Parameters = Parameters(),
    body: Body = .complete([]), receiver: (any BodyReceiver)? = nil, hasTooManyFields: Bool = false
  ) {
    self.method = method
    self.target = target
    self.headerFields = headerFields
    self.parameters = parameters
    self.body = body
    self.receiver = receiver
    self.hasTooManyFields = hasTooManyFields
  }

  public enum Body: Hashable, Sendable {
    /// All of it; empty where there is none.
    case complete([UInt8])
    /// It was longer than the server's limit in bytes, and was read and dropped.
    case tooLarge(limit: Int)
    /// Its length is not the one that `CONTENT_LENGTH` announced, or that is not a length.
    case truncated
  }
}
