/// Which addresses a callback may be sent to: those of the public internet, and what an operator allows besides. Whoever
/// submits a job chooses the address, and must not reach through us what only we can reach.
public struct AddressRules: Sendable {
  private let allowed: [AddressRange]

  public init(allowing allowed: [AddressRange] = []) {
    self.allowed = allowed
  }

  public func allows(_ address: IPAddress) -> Bool {
    if allowed.contains(where: { $0.contains(address) }) { return true }
    if address.bytes.count == 4 { return !Self.specialIPv4.contains { $0.contains(address) } }
    // A gateway leads from there to the IPv4 address inside.
    if Self.nat64.contains(address) { return allows(IPAddress(bytes: Array(address.bytes.suffix(4)))) }
    return Self.globalIPv6.contains(address) && !Self.specialIPv6.contains { $0.contains(address) }
  }

  /// The IANA registry of special-purpose IPv4 addresses (RFC 6890 and its updates), and multicast.
  private static let specialIPv4 = ranges(
    "0.0.0.0/8",  // this network, unspecified
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  // private, RFC 1918
    "100.64.0.0/10",  // carrier-grade NAT
    "127.0.0.0/8",  // loopback
    "169.254.0.0/16",  // link-local: metadata services of clouds
    "192.0.0.0/24",  // protocol assignments
    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  // documentation
    "192.88.99.0/24",  // relays of 6to4
    "198.18.0.0/15",  // benchmarks
    "224.0.0.0/4",  // multicast
    "240.0.0.0/4"  // reserved, broadcast
  )

  /// RFC 6052.
  private static let nat64 = range("64:ff9b::/96")

  /// All that is assigned for global unicast: neither `::`, `::1`, `fc00::/7`, `fe80::/10` nor `ff00::/8` are among them.
  private static let globalIPv6 = range("2000::/3")

  private static let specialIPv6 = ranges(
    "2001::/23",  // protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32", "3fff::/20",  // documentation
    "2002::/16"  // 6to4, with any IPv4 address inside
  )

  private static func ranges(_ texts: String...) -> [AddressRange] { texts.map(range) }

  private static func range(_ text: String) -> AddressRange {
    guard let range = AddressRange(text) else { preconditionFailure("\(text) is no range") }
    return range
  }
}
