import Foundation
import Glibc

/// The address of a service, below which its resources are: `https://shop.example/api`.
public struct BaseURL: Hashable, Sendable {
  /// `http` or `https`.
  public let scheme: String
  /// Scheme, host and port, by which two addresses are of one service.
  public let origin: [String]
  /// Without a slash at its end, and without a login.
  public let text: String
  /// Of a login before the host, as it is meant.
  public let user: String?
  public let password: String?
  /// Whether it is on this machine, by a name or an address that never leaves it (RFC 6761 section 6.3).
  public let isLoopback: Bool

  /// `nil` for what is no absolute `http` or `https` URL, or has a query, a fragment or a port that no server can have.
  public init?(_ text: String) {
    guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty, parts.query == nil,
      parts.fragment == nil, 1...65535 ~= parts.port ?? 80
    else { return nil }
    self.scheme = scheme
    origin = [scheme, host, String(parts.port ?? (scheme == "https" ? 443 : 80))]
    (user, password) = (parts.user, parts.password)
    isLoopback = Self.isLoopback(host)
    parts.user = nil
    parts.password = nil
    while parts.path.hasSuffix("/") { parts.path.removeLast() }
    guard let bare = parts.string else { return nil }
    self.text = bare
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    if ["::1", "[::1]"].contains(host) { return true }
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
  }
}
