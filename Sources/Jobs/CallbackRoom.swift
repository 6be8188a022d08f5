/// Room for messages: in all, and to each host, so that a receiver that takes requests and never answers them leaves most
/// of a sender to the others.
public struct CallbackRoom: Hashable, Sendable {
  /// How many due messages are looked at to fill the room.
  public static let window = 128

  /// How many more messages there is room for, to any hosts.
  public private(set) var left: Int
  private let perHost: Int
  private var sending: [String: Int] = [:]
  /// How long a message is put off whose host has no room, where such messages hide others.
  public var pause: Duration

  public init(_ total: Int, perHost: Int = .max, pause: Duration = .seconds(1)) {
    left = total
    self.perHost = perHost
    self.pause = pause
  }

  /// Takes a place for a message to this URL; false where there is none.
  public mutating func take(_ url: String) -> Bool {
    let host = Self.host(of: url)
    guard left > 0, sending[host, default: 0] < perHost else { return false }
    left -= 1
    sending[host, default: 0] += 1
    return true
  }

  /// Gives back the place of a message to this URL.
  public mutating func giveBack(_ url: String) {
    let host = Self.host(of: url)
    left += 1
    sending[host] = sending[host].flatMap { $0 > 1 ? $0 - 1 : nil }
  }

  /// The host without its port, in lower case. Of what is no URL it is empty: that is a host like others.
  static func host(of url: String) -> String {
    let bytes = url.utf8
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return "" }
    let authority = bytes[colon...].dropFirst().drop { $0 == UInt8(ascii: "/") }.prefix {
      $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
    }
    let end = UInt8(ascii: authority.first == UInt8(ascii: "[") ? "]" : ":")
    return String(Substring(authority.prefix { $0 != end })).lowercased()
  }
}
