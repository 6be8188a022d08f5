public import FastCGI

/// What our own web server passes with each request as `ORDERS_SECRET`, and nothing else that may write to the socket
/// knows: one secret, or two while one takes the place of the other.
public struct WebServerSecrets: Sendable {
  public static let parameter = "ORDERS_SECRET"

  private let secrets: [[UInt8]]

  public init(_ secrets: [String]) {
    self.secrets = secrets.map { Array($0.utf8) }
  }

  /// Takes as long for a wrong secret as for a right one of its length.
  public func admit(_ parameters: Parameters) -> Bool {
    guard let passed = parameters.bytes(of: Self.parameter) else { return false }
    var isKnown = false
    for secret in secrets where Self.areSame(secret, passed) { isKnown = true }
    return isKnown
  }

  private static func areSame(_ secret: [UInt8], _ passed: ArraySlice<UInt8>) -> Bool {
    guard secret.count == passed.count else { return false }
    return zip(secret, passed).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
