import FastCGI
import Glibc
public import Jobs

/// A client, as the limits on what one client may take count it: everything sent under one user's name, or else everything
/// sent from one address.
public enum Client: Hashable, Sendable {
  case user(JobOwner)
  /// The 4 bytes of an IPv4 address, or the first 8 of an IPv6 address: one customer commonly has a /64 of their own.
  case address([UInt8])
  /// All requests whose address is missing or can't be read.
  case unknown

  /// The client that sent `request`, whose user is `owner` (empty: none). `nil` where no limit for one client applies:
  /// without a user, on this machine's loopback addresses (127.0.0.0/8, `::1`, a Unix socket) and from a front proxy, since
  /// many clients share such an address. A user counts from anywhere.
  init?(of request: Request, owner: JobOwner, frontProxies: FrontProxies) {
    guard owner.name.isEmpty else {
      self = .user(owner)
      return
    }
    guard let text = request.parameters["REMOTE_ADDR"] else {
      self = .unknown
      return
    }
    // What nginx says of a peer on a Unix socket.
    if text == "unix:" { return nil }
    guard let address = PeerAddress(text) else {
      self = .unknown
      return
    }
    if address.isLoopback || frontProxies.contain(address) { return nil }
    self = .address(Array(address.bytes.prefix(8)))
  }

  /// Different for any two clients, for a hash that is stored.
  public var bytes: [UInt8] {
    switch self {
    case .user(let owner): Array("user:".utf8) + owner.name.utf8
    case .address(let bytes): Array("address:".utf8) + bytes
    case .unknown: Array("unknown".utf8)
    }
  }
}

/// The addresses of proxies in front of the web server. Requests from there come from many clients, whose own addresses
/// nobody knows.
public struct FrontProxies: Hashable, Sendable {
  private let addresses: Set<PeerAddress>

  /// No proxy.
  public init() {
    addresses = []
  }

  /// `nil` where one of `texts` is no IPv4 or IPv6 address.
  public init?(_ texts: [String]) {
    let addresses = texts.compactMap(PeerAddress.init)
    guard addresses.count == texts.count else { return nil }
    self.addresses = Set(addresses)
  }

  func contain(_ address: PeerAddress) -> Bool { addresses.contains(address) }
}

/// An IP address, by its bytes in network order: 4 or 16. An IPv4 address in its IPv6 spelling (`::ffff:192.0.2.1`) is that
/// IPv4 address.
struct PeerAddress: Hashable, Sendable {
  let bytes: [UInt8]

  /// From text as `inet_pton` reads it: no brackets, no zone, no port.
  init?(_ text: String) {
    var (four, sixteen) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
      let all = withUnsafeBytes(of: sixteen) { Array($0) }
      let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
      bytes = all.starts(with: mapped) ? Array(all.suffix(4)) : all
    } else {
      return nil
    }
  }

  var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
  }
}
