/// Why a command came to nothing: one line that says what to do, and the exit status for it.
public struct ClientFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public let status: ClientExit
  public let description: String
  /// The problem document of the service, where it sent one.
  public var document: [UInt8]?
  /// How many seconds the service asks to wait.
  public var retryAfter: Int?
  /// Whether the service may have taken the request though no answer came.
  public var mayBeTaken = false

  public init(_ status: ClientExit, _ description: String) {
    self.status = status
    self.description = description
  }

  /// Whether the same request may well succeed a little later.
  public var isPassing: Bool { status == .away || status == .busy }

  /// The same of a submission under this key.
  func leavingOpen(_ key: String) -> ClientFailure {
    let advice = "Whether the job was taken is not known; the same command with --key \(key) makes no second one"
    var failure = ClientFailure(status, description + (description.hasSuffix("?") ? " " : ". ") + advice)
    failure.document = document
    return failure
  }
}
