import Glibc

/// An IP address, by its bytes in network order: 4 or 16.
///
/// An IPv4 address in its IPv6 spelling (`::ffff:127.0.0.1`) is that IPv4 address: a connection to it goes there.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  init(bytes: [UInt8]) {
    let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
    self.bytes = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
  }

  /// From text as `inet_pton` reads it: no brackets, no zone, no shorthand.
  public init?(_ text: String) {
    var (four, sixteen) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(bytes: withUnsafeBytes(of: four) { Array($0) })
    } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
      self.init(bytes: withUnsafeBytes(of: sixteen) { Array($0) })
    } else {
      return nil
    }
  }

  /// `nil` for what is no IP address, and for one that means something only with its zone.
  init?(_ address: UnsafePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      let address = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
      self.init(bytes: withUnsafeBytes(of: address.sin_addr) { Array($0) })
    case AF_INET6:
      let address = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
      guard address.sin6_scope_id == 0 else { return nil }
      self.init(bytes: withUnsafeBytes(of: address.sin6_addr) { Array($0) })
    default:
      return nil
    }
  }

  public var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
  }

  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
