/// The grammar of RFC 3986, appendix A.
enum URISyntax {
  typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

  /// A `URI`: it has a scheme, so it is no relative reference; it may have a fragment.
  static func isURI(_ bytes: Bytes) -> Bool {
    let scheme = bytes.prefix { $0 != UInt8(ascii: ":") }
    guard scheme.count < bytes.count, let first = scheme.first, isLetter(first),
      scheme.allSatisfy({ isLetter($0) || isDigit($0) || isOne($0, of: "+-.") })
    else { return false }
    var rest = bytes.dropFirst(scheme.count + 1)
    if rest.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]) {
      let authority = rest.dropFirst(2).prefix { !isOne($0, of: "/?#") }
      guard isAuthority(authority) else { return false }
      rest = rest.dropFirst(2 + authority.count)
    }
    let path = rest.prefix { !isOne($0, of: "?#") }
    guard consists(path, of: "/:@") else { return false }
    rest = rest.dropFirst(path.count)
    if rest.first == UInt8(ascii: "?") {
      let query = rest.dropFirst().prefix { $0 != UInt8(ascii: "#") }
      guard consists(query, of: "/:@?") else { return false }
      rest = rest.dropFirst(1 + query.count)
    }
    return rest.isEmpty || consists(rest.dropFirst(), of: "/:@?")
  }

  private static func isAuthority(_ bytes: Bytes) -> Bool {
    var host = bytes
    if let at = bytes.firstIndex(of: UInt8(ascii: "@")) {
      guard consists(bytes[..<at], of: ":") else { return false }
      host = bytes[(at + 1)...]
    }
    if host.first == UInt8(ascii: "[") {
      guard let end = host.firstIndex(of: UInt8(ascii: "]")), isAddress(host[..<end].dropFirst()) else { return false }
      return isPort(host[(end + 1)...])
    }
    let name = host.prefix { $0 != UInt8(ascii: ":") }
    return consists(name, of: "") && isPort(host.dropFirst(name.count))
  }

  /// Nothing, or a colon and digits.
  private static func isPort(_ bytes: Bytes) -> Bool {
    bytes.isEmpty || bytes.first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy(isDigit)
  }

  /// What stands in brackets: `IPv6address` or `IPvFuture`.
  private static func isAddress(_ bytes: Bytes) -> Bool {
    guard let first = bytes.first, first | 0x20 == UInt8(ascii: "v") else { return IPv6Syntax.isAddress(bytes) }
    let version = bytes.dropFirst().prefix(while: isHexDigit)
    let rest = bytes.dropFirst(1 + version.count)
    return !version.isEmpty && rest.first == UInt8(ascii: ".") && rest.count > 1
      && rest.dropFirst().allSatisfy { isUnreserved($0) || $0 == UInt8(ascii: ":") || isOne($0, of: "!$&'()*+,;=") }
  }

  /// Unreserved characters, `sub-delims`, percent-encoded bytes and those of `more`.
  private static func consists(_ bytes: Bytes, of more: StaticString) -> Bool {
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst(), let low = rest.popFirst(), isHexDigit(high), isHexDigit(low) else {
          return false
        }
      } else if !isUnreserved(byte), !isOne(byte, of: "!$&'()*+,;="), !isOne(byte, of: more) {
        return false
      }
    }
    return true
  }

  private static func isOne(_ byte: UInt8, of characters: StaticString) -> Bool {
    characters.withUTF8Buffer { $0.contains(byte) }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || isOne(byte, of: "-._~")
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
  }
}
