import Glibc

/// An IP address and port that a connection is about to be made to.
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16, in network order.
  public let bytes: [UInt8]
  /// What an IPv6 address means something with only on one of this machine's links; 0 for others.
  public let zone: UInt32
  public let port: UInt16

  /// `nil` for what is no IP address.
  init?(_ address: UnsafePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      let address = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
      bytes = withUnsafeBytes(of: address.sin_addr) { Array($0) }
      zone = 0
      port = UInt16(bigEndian: address.sin_port)
    case AF_INET6:
      let address = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
      bytes = withUnsafeBytes(of: address.sin6_addr) { Array($0) }
      zone = address.sin6_scope_id
      port = UInt16(bigEndian: address.sin6_port)
    default:
      return nil
    }
  }

  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
