/// The key under which a client repeats a submission (draft-ietf-httpapi-idempotency-key-header).
struct IdempotencyKey: Hashable {
  static let longest = 255
  let text: String

  /// The draft wants a quoted string (RFC 8941 section 3.3.3), most clients send it bare: both are one key. `nil` unless
  /// there are 1 to 255 visible ASCII characters.
  init?(_ value: String) {
    var key = value.utf8[...]
    var unescaped: [UInt8] = []
    if key.first == UInt8(ascii: "\"") {
      key = key.dropFirst()
      var isClosed = false
      while let byte = key.popFirst() {
        if byte == UInt8(ascii: "\"") {
          isClosed = key.isEmpty
          break
        }
        guard byte == UInt8(ascii: "\\") else {
          unescaped.append(byte)
          continue
        }
        guard let escaped = key.popFirst(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
          return nil
        }
        unescaped.append(escaped)
      }
      guard isClosed else { return nil }
    } else {
      unescaped = Array(key)
    }
    guard 1...Self.longest ~= unescaped.count, unescaped.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
    text = String(decoding: unescaped, as: UTF8.self)
  }
}
