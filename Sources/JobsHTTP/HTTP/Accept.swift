/// What a client takes (RFC 9110 section 12.5.1).
enum Accept {
  /// How much a type is wanted.
  struct Wish: Hashable {
    /// In thousandths; 0 excludes it.
    var weight: Int
    /// By what it is meant: 0 nothing, 1 `*/*`, 2 `text/*`, 3 its own name.
    var fit: Int
  }

  /// Whether the field's value leaves room for `type`. An absent field takes anything, and so does one in which nothing
  /// can be understood.
  static func allows(_ type: MediaType, _ value: String?) -> Bool {
    guard let value, value != "*/*", value != "application/json" || type != .json else { return true }
    return wish(for: type, in: value).map { $0.weight > 0 } ?? true
  }

  /// Whether HTML is wanted more than JSON: by weight, and with the same weight by how exactly each is named. Where they
  /// are equal in both, JSON it is.
  static func prefersHTML(_ value: String?) -> Bool {
    guard let value, let html = wish(for: .html, in: value), let json = wish(for: .json, in: value) else {
      return false
    }
    return html.weight > 0 && (html.weight, html.fit) > (json.weight, json.fit)
  }

  /// The most specific range that fits decides; of several that are the same, the highest weight. `nil` where nothing
  /// can be understood.
  private static func wish(for type: MediaType, in value: String) -> Wish? {
    var understood = false
    var best = Wish(weight: 0, fit: 0)
    for element in FieldSyntax.parts(of: value[...], separatedBy: UInt8(ascii: ",")) {
      guard let range = MediaType(String(element)) else { continue }
      understood = true
      let fit = fit(of: range, to: type)
      guard fit > 0, fit >= best.fit else { continue }
      best = Wish(weight: max(weight(of: element), fit == best.fit ? best.weight : 0), fit: fit)
    }
    return understood ? best : nil
  }

  private static func fit(of range: MediaType, to type: MediaType) -> Int {
    if range == type { return 3 }
    guard range.subtype == "*" else { return 0 }
    return range.type == type.type ? 2 : range.type == "*" ? 1 : 0
  }

  /// 1,000 where there is none that can be understood. Parameters before the weight are no reason to refuse:
  /// `charset=utf-8` is common.
  private static func weight(of element: Substring) -> Int {
    for part in FieldSyntax.parts(of: element, separatedBy: UInt8(ascii: ";")).dropFirst() {
      let (name, value) = FieldSyntax.pair(part)
      guard FieldSyntax.same(name, "q"), let value else { continue }
      return thousandths(value.utf8)
    }
    return 1000
  }

  /// Of `0.75`. What is above zero stays above it.
  private static func thousandths(_ text: Substring.UTF8View) -> Int {
    guard text.first == UInt8(ascii: "0") else { return 1000 }
    let decimals = text.dropFirst().drop { $0 == UInt8(ascii: ".") }
    guard decimals.allSatisfy({ (0x30...0x39).contains($0) }) else { return 1000 }
    let digits = decimals.prefix(3).map { Int($0 - 0x30) } + [0, 0, 0]
    let weight = digits[0] * 100 + digits[1] * 10 + digits[2]
    return weight == 0 && decimals.contains { $0 != UInt8(ascii: "0") } ? 1 : weight
  }
}
