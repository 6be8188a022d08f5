import FastCGI
import HTTPTypes

/// Which pages of other origins may use the API from a browser (WHATWG Fetch, section 3.2). Without it no answer has a field
/// of CORS, and browsers keep such pages out.
public struct CrossOrigin: Sendable {
  /// What scripts get to see of an answer, beside its body.
  private static let exposed =
    "Accept, Accept-Encoding, Allow, ETag, Idempotent-Replayed, Link, Location, Preference-Applied, Retry-After, Sunset"
  /// What scripts may send: what the API reads, what tracing adds to every request (W3C Trace Context and Baggage), and
  /// what libraries for event streams add. `Accept` needs no leave before it is long.
  private static let accepted = """
    Accept, Authorization, baggage, Cache-Control, Content-Type, Idempotency-Key, If-Match, If-None-Match, \
    Last-Event-ID, Pragma, Prefer, traceparent, tracestate, X-Requested-With
    """
  private static let preflightSeconds = 600

  private let origins: Set<String>
  private let admitsAll: Bool

  /// `origins` as browsers send them (`https://shop.example`, without a slash at the end), or `*` for all. `nil` where one
  /// is neither.
  public init?(origins: [String]) {
    guard origins.allSatisfy({ $0 == "*" || Self.isOrigin($0) }) else { return nil }
    self.origins = Set(origins)
    admitsAll = origins.contains("*")
  }

  /// A serialised origin (RFC 6454 section 6.2).
  private static func isOrigin(_ text: String) -> Bool {
    let parts = text.split(separator: "://", omittingEmptySubsequences: false)
    guard parts.count == 2, ["http", "https"].contains(parts[0]), !parts[1].isEmpty else { return false }
    return parts[1].utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "-.:[]".utf8.contains(byte)
      }
    }
  }

  /// Whether an `Origin` has the host and port of a `Host` field. The scheme is not compared: a proxy in front may have another.
  static func isSameHost(_ origin: String, _ host: String) -> Bool {
    let parts = origin.split(separator: "://", omittingEmptySubsequences: false)
    return parts.count == 2 && withoutDefaultPort(parts[1]) == withoutDefaultPort(host[...])
  }

  private static func withoutDefaultPort(_ authority: Substring) -> String {
    let authority = authority.lowercased()
    for port in [":80", ":443"] where authority.hasSuffix(port) { return String(authority.dropLast(port.count)) }
    return authority
  }

  /// Whether it is one of those that were named: `*` names none.
  func names(_ origin: String) -> Bool { origins.contains(origin) && origin != "*" }

  /// Adds to the answer what lets the page that asked see it, or, for a preflight, ask.
  func apply(to response: inout Response, of request: Request) {
    if !admitsAll { vary(&response) }
    guard let origin = request.headerFields[.origin], admitsAll || origins.contains(origin) else { return }
    response.headerFields[.accessControlAllowOrigin] = admitsAll ? "*" : origin
    guard request.method == .options, request.headerFields[.accessControlRequestMethod] != nil else {
      response.headerFields[.accessControlExposeHeaders] = Self.exposed
      return
    }
    response.headerFields[.accessControlAllowMethods] = response.headerFields[.allow]
    response.headerFields[.accessControlAllowHeaders] = Self.accepted
    response.headerFields[.accessControlMaxAge] = String(Self.preflightSeconds)
  }

  /// Else a cache could give one origin's answer to another.
  private func vary(_ response: inout Response) {
    response.headerFields[.vary] = response.headerFields[.vary].map { $0 + ", Origin" } ?? "Origin"
  }
}
