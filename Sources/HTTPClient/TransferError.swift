/// Why a transfer came to nothing.
public struct TransferError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The request can't be sent as it is. Nothing was sent.
    case badRequest
    /// The host's name stands for no address, or no name server answers.
    case unresolved
    /// No connection: nothing listens there, or there is no way to it.
    case unreachable
    /// ``Request/allowsAddress`` refused. Nothing was sent.
    case refusedAddress
    /// No secure connection: the certificate is not the host's, no known authority has signed it, or TLS failed otherwise.
    case insecure
    /// One of the deadlines.
    case timedOut
    /// Something answered that is no HTTP.
    case notHTTP
    /// The connection ended before the answer did.
    case brokenOff
    /// More came than the caller, or this client of a head, reads.
    case tooLong
    /// The task was cancelled, or the client has gone.
    case cancelled
    case other
  }

  public let code: Code
  /// What is known beyond the code, in English. Holds nothing of the URL but its host and port.
  public let detail: String

  init(_ code: Code, _ detail: String = "") {
    self.code = code
    self.detail = detail
  }

  public var description: String { detail.isEmpty ? summary : "\(summary): \(detail)" }

  private var summary: String {
    switch code {
    case .badRequest: "the request can't be sent"
    case .unresolved: "no address"
    case .unreachable: "no connection"
    case .refusedAddress: "this address is not to be connected to"
    case .insecure: "no secure connection"
    case .timedOut: "no answer in time"
    case .notHTTP: "the answer is not HTTP"
    case .brokenOff: "the connection broke"
    case .tooLong: "the answer is too long"
    case .cancelled: "cancelled"
    case .other: "the transfer failed"
    }
  }
}
