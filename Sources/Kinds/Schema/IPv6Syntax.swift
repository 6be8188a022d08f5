/// `IPv6address` of RFC 3986, section 3.2.2.
enum IPv6Syntax {
  typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

  static func isAddress(_ bytes: Bytes) -> Bool {
    // The longest has six groups and an IPv4 address.
    guard bytes.count <= 45 else { return false }
    guard let gap = bytes.indices.first(where: { bytes[$0...].starts(with: [colon, colon]) }) else {
      return groups(bytes, endWithIPv4: true) == 8
    }
    guard let before = groups(bytes[..<gap], endWithIPv4: false),
      let after = groups(bytes[(gap + 2)...], endWithIPv4: true)
    else { return false }
    return before + after <= 7
  }

  private static let colon = UInt8(ascii: ":")

  /// The number of groups of 16 bits; `nil` if these are none.
  private static func groups(_ bytes: Bytes, endWithIPv4: Bool) -> Int? {
    if bytes.isEmpty { return 0 }
    var count = 0
    let parts = bytes.split(separator: colon, omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if endWithIPv4, index == parts.count - 1, isIPv4(part) {
        count += 2
      } else if 1...4 ~= part.count, part.allSatisfy(URISyntax.isHexDigit) {
        count += 1
      } else {
        return nil
      }
    }
    return count
  }

  /// Four numbers to 255 without leading zeros.
  private static func isIPv4(_ bytes: Bytes) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard 1...3 ~= part.count, part.allSatisfy(URISyntax.isDigit) else { return false }
        guard part.count == 1 || part.first != UInt8(ascii: "0") else { return false }
        return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
      }
  }
}
