/// Addresses with a common beginning: `10.0.0.0/8`, `2001:db8::/32`, or one alone.
public struct AddressRange: Hashable, Sendable {
  private let address: IPAddress
  private let length: Int

  /// `nil` for what is no range, and for one with bits set behind its prefix: it may have been meant otherwise.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { return nil }
    let bits = address.bytes.count * 8
    var length = bits
    if parts.count == 2 {
      guard parts[1].utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let number = Int(parts[1]),
        number <= bits
      else { return nil }
      length = number
    }
    self.address = address
    self.length = length
    guard (length..<bits).allSatisfy({ address.bit($0) == 0 }) else { return nil }
  }

  public func contains(_ other: IPAddress) -> Bool {
    other.bytes.count == address.bytes.count && (0..<length).allSatisfy { other.bit($0) == address.bit($0) }
  }
}

extension IPAddress {
  fileprivate func bit(_ index: Int) -> UInt8 { bytes[index / 8] >> (7 - index % 8) & 1 }
}
