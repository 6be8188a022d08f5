/// The query of a target, in the order it was sent. Percent-encoding and `+` are decoded as browsers' forms write them.
struct QueryItems {
  struct Item: Hashable {
    let name: String
    /// `nil` where it doesn't decode to UTF-8.
    let value: String?
  }

  let items: [Item]

  init(target: String) {
    guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
      items = []
      return
    }
    let query = target.utf8[target.utf8.index(after: mark)...].prefix { $0 != UInt8(ascii: "#") }
    items = query.split(separator: UInt8(ascii: "&")).compactMap { pair in
      let name = pair.prefix { $0 != UInt8(ascii: "=") }
      guard let decoded = Self.decoded(name) else { return nil }
      return Item(name: decoded, value: Self.decoded(pair[name.endIndex...].dropFirst()))
    }
  }

  private static func decoded(_ text: Substring.UTF8View.SubSequence) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(0x20)
      case UInt8(ascii: "%"):
        guard let high = hexDigit(rest.popFirst()), let low = hexDigit(rest.popFirst()) else { return nil }
        bytes.append(UInt8(high << 4 | low))
      default:
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ byte: UInt8?) -> Int? {
    byte.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }
  }
}
