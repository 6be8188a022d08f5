import Foundation

/// Where a callback goes, read out of its URL in the one way that the HTTP client reads it too.
struct CallbackTarget: Hashable, Sendable {
  /// A name, or an address without brackets.
  let host: String
  /// A connection without TLS, which only ever goes to this machine.
  let isPlain: Bool

  /// `nil` for what can't be called. Nothing of that kind is submitted; a store may have been written by a newer version.
  init?(_ url: String) {
    guard let url = URL(string: url), let host = url.host(percentEncoded: true), !host.isEmpty else { return nil }
    switch url.scheme?.lowercased() {
    case "https": isPlain = false
    case "http": isPlain = true
    default: return nil
    }
    self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
  }
}
