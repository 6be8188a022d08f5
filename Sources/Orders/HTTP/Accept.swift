/// What a client takes (RFC 9110 section 12.5.1).
enum Accept {
  /// Whether the field's value leaves room for `type`. The most specific range that fits decides, `q=0` excludes. An
  /// absent field takes anything, and so does one in which nothing can be understood.
  static func allows(_ type: MediaType, _ value: String?) -> Bool {
    guard let value, value != "*/*", value != "application/json" || type != .json else { return true }
    var understood = false
    var bestFit = 0
    var isWanted = false
    for element in FieldSyntax.parts(of: value[...], separatedBy: UInt8(ascii: ",")) {
      guard let range = MediaType(String(element)) else { continue }
      understood = true
      let fit = fit(of: range, to: type)
      guard fit > 0, fit >= bestFit else { continue }
      let isWantedHere = !isExcluded(element)
      isWanted = fit == bestFit ? isWanted || isWantedHere : isWantedHere
      bestFit = fit
    }
    return !understood || isWanted
  }

  private static func fit(of range: MediaType, to type: MediaType) -> Int {
    if range == type { return 3 }
    guard range.subtype == "*" else { return 0 }
    return range.type == type.type ? 2 : range.type == "*" ? 1 : 0
  }

  /// Whether it has the weight zero. Parameters before the weight are no reason to refuse: `charset=utf-8` is common.
  private static func isExcluded(_ element: Substring) -> Bool {
    for part in FieldSyntax.parts(of: element, separatedBy: UInt8(ascii: ";")).dropFirst() {
      let (name, value) = FieldSyntax.pair(part)
      guard FieldSyntax.same(name, "q"), let value else { continue }
      return value.utf8.first == UInt8(ascii: "0")
        && value.utf8.dropFirst().allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }
    return false
  }
}
