import Foundation
import HTTPClient

/// Where a service is, and who asks it.
///
/// A login is sent to one origin only (scheme, host and port), the one that it was given for. A login inside an address
/// is for that address; `ORDERS_USER`, `ORDERS_PASSWORD` and `ORDERS_TOKEN` are for the origin of `ORDERS_URL`.
public struct ServiceAddress: Hashable, Sendable, CustomStringConvertible {
  public static let local = "http://127.0.0.1:8080"

  /// Without a slash at its end, and without a login.
  public let description: String
  /// The `Authorization` field.
  public let authorization: String?
  /// Who logs in by name and password.
  public let user: String?
  /// The address that the environment's login is for, where that is another origin and the login is therefore not sent.
  public let loginIsFor: String?
  /// Whether the service is on this machine.
  public let isLoopback: Bool

  /// Why it can't be used.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// `argument` is what the command line says, the rest is what the environment does: `ORDERS_URL`, and for a login
  /// `ORDERS_USER` and `ORDERS_PASSWORD`, or `ORDERS_TOKEN`. A login in these goes before one in an address. Plain HTTP to
  /// another machine is a fault, unless `allowsPlainHTTP`.
  public init(
    argument: String?, environment: [String: String], allowsPlainHTTP: Bool = false
  ) throws(Fault) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let homeText = variable("ORDERS_URL") ?? Self.local
    let home = BaseURL(homeText)
    guard let place = argument.map({ BaseURL($0) }) ?? home else {
      throw Fault(
        description: "\(argument != nil ? "--url" : "ORDERS_URL") is like \(Self.local)"
          + Self.contrast(argument ?? homeText))
    }
    if argument != nil, place.password != nil {
      throw Fault(description: "a password in --url can be read by others: set ORDERS_URL, which may hold the login")
    }
    isLoopback = place.isLoopback
    description = place.text
    guard place.scheme == "https" || isLoopback || allowsPlainHTTP else {
      throw Fault(
        description: "\(place.text) is plain HTTP to another machine, where others can read and change what is sent: "
          + "use https, or add --insecure-http")
    }
    let isHome = home?.origin == place.origin
    let (token, name, password) = (variable("ORDERS_TOKEN"), variable("ORDERS_USER"), variable("ORDERS_PASSWORD"))
    loginIsFor = isHome || token ?? name ?? password == nil ? nil : home?.text ?? "the one that ORDERS_URL names"
    if isHome, let token {
      user = nil
      authorization = "Bearer " + token
    } else if let user = (isHome ? name : nil) ?? place.user ?? (isHome ? home?.user : nil) {
      guard !user.utf8.contains(UInt8(ascii: ":")) else {
        throw Fault(description: "a user's name has no colon: \(user)")
      }
      let word = isHome ? password ?? place.password ?? home?.password : place.password
      self.user = user
      authorization = "Basic " + Data("\(user):\(word ?? "")".utf8).base64EncodedString()
    } else {
      (user, authorization) = (nil, nil)
    }
    guard authorization.map({ !$0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }) ?? true else {
      throw Fault(description: "the login has characters that can't be sent")
    }
  }

  /// Where it may have a password, it is not shown, and may well be no address because of that.
  private static func contrast(_ text: String) -> String {
    text.contains("@")
      ? "; in a password all but letters and digits is written as %23" : ", not \(PrintableText.text(text))"
  }
}
