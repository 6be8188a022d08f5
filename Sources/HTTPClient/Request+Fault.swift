extension Request {
  /// Why it can't be sent as it is; `nil` where it can. A line break in any part of it would let that part say something
  /// else to the server.
  var fault: String? {
    guard Self.isToken(method) else { return "its method is not a word" }
    let scheme = url.prefix { $0 != ":" }.lowercased()
    let rest = url.dropFirst(scheme.count)
    guard ["http", "https"].contains(scheme), rest.hasPrefix("://"), !rest.hasPrefix(":///") else {
      return "its URL is not like http://host or https://host"
    }
    guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return "its URL has characters that must be written as %XX"
    }
    guard address?.utf8.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) }) ?? true else {
      return "the address to connect to is none"
    }
    for (name, value) in fields {
      guard Self.isToken(name) else { return "a header field's name is not a word" }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        return "the header field \(name) has characters that can't be sent"
      }
      guard !Self.namesOfFraming.contains(name.lowercased()) else {
        return "the header field \(name) is not the caller's to set"
      }
    }
    return nil
  }

  private static let namesOfFraming: Set = ["host", "content-length", "transfer-encoding", "connection", "expect"]

  /// RFC 9110 section 5.6.2.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}
