/// How a client would like to be answered (RFC 7240).
enum Prefer {
  static let longestWait = 50

  /// The seconds of `wait=N`, at most ``longestWait``; `nil` where it isn't wanted, is zero or can't be understood. Of
  /// several the first counts.
  static func wait(_ value: String?) -> Int? {
    guard let value else { return nil }
    for element in FieldSyntax.parts(of: value[...], separatedBy: UInt8(ascii: ",")) {
      // What begins with a semicolon is a parameter of nothing.
      guard element.utf8.first != UInt8(ascii: ";"),
        let preference = FieldSyntax.parts(of: element, separatedBy: UInt8(ascii: ";")).first
      else { continue }
      let (name, value) = FieldSyntax.pair(preference)
      guard FieldSyntax.same(name, "wait") else { continue }
      return value.flatMap(seconds)
    }
    return nil
  }

  private static func seconds(_ value: Substring) -> Int? {
    var digits = value.utf8[...]
    if digits.count >= 2, digits.first == UInt8(ascii: "\""), digits.last == UInt8(ascii: "\"") {
      digits = digits.dropFirst().dropLast()
    }
    guard !digits.isEmpty else { return nil }
    var seconds = 0
    for digit in digits {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
      seconds = min(seconds * 10 + Int(digit - UInt8(ascii: "0")), longestWait)
    }
    return seconds == 0 ? nil : seconds
  }
}
