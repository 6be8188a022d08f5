extension StringProtocol {
  /// As one part of a URI: all but unreserved characters as `%XX` (RFC 3986 section 2.1).
  package var percentEncoded: String {
    utf8.reduce(into: "") { encoded, byte in
      if byte.isUnreserved {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
