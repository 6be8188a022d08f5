import Foundation

/// Where a service is, and who asks it.
public struct ServiceAddress: Hashable, Sendable, CustomStringConvertible {
  public static let local = "http://127.0.0.1:8080"

  /// Without a slash at its end, and without a login.
  public let description: String
  /// The `Authorization` field.
  public let authorization: String?
  /// Who logs in by name and password.
  public let user: String?

  /// Why it can't be used.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// `argument` is what the command line says, the rest is what the environment does: `ORDERS_URL`, and for a login
  /// `ORDERS_USER` and `ORDERS_PASSWORD`, or `ORDERS_TOKEN`. A login in the environment goes before one in the address.
  public init(argument: String?, environment: [String: String]) throws(Fault) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let text = argument ?? variable("ORDERS_URL") ?? Self.local
    let name = argument != nil ? "--url" : "ORDERS_URL"
    guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.query == nil,
      parts.fragment == nil
    else { throw Fault(description: "\(name) is like \(Self.local)\(Self.contrast(text))") }
    if argument != nil, parts.password != nil {
      throw Fault(
        description: "a password in --url can be read by others: set ORDERS_URL, or ORDERS_USER and ORDERS_PASSWORD")
    }
    let token = variable("ORDERS_TOKEN")
    user = token == nil ? variable("ORDERS_USER") ?? parts.user : nil
    let password = variable("ORDERS_PASSWORD") ?? parts.password
    if let token {
      authorization = "Bearer " + token
    } else if let user {
      guard !user.utf8.contains(UInt8(ascii: ":")) else {
        throw Fault(description: "a user's name has no colon: \(user)")
      }
      authorization = "Basic " + Data("\(user):\(password ?? "")".utf8).base64EncodedString()
    } else {
      authorization = nil
    }
    parts.user = nil
    parts.password = nil
    while parts.path.hasSuffix("/") { parts.path.removeLast() }
    guard let address = parts.string, authorization.map({ !$0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }) ?? true
    else { throw Fault(description: "the login has characters that can't be sent") }
    description = address
  }

  /// Where it may have a password, it is not shown, and may well be no address because of that.
  private static func contrast(_ text: String) -> String {
    text.contains("@")
      ? "; in a password all but letters and digits is written as %23" : ", not \(PrintableText.text(text))"
  }

  /// The address of `path`, which begins with a slash and may have a query.
  func url(_ path: String) -> URL? { URL(string: description + path) }
}
