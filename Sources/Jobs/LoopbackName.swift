/// Host names that stand for this machine's loopback addresses everywhere, whatever a name server says: `localhost` and what
/// is below it (RFC 6761 section 6.3), and the other names that the hosts files of Linux systems have for them.
package enum LoopbackName {
  package static let addresses = ["127.0.0.1", "::1"]

  package static func contains(_ host: some StringProtocol) -> Bool {
    let name = host.lowercased()
    return ["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"].contains(name)
      || name.hasSuffix(".localhost")
  }
}
