/// Text of a request that an answer or a log line repeats.
enum Quotation {
  /// The most Unicode scalars, with the `…` of a text that is cut.
  static let longest = 256
}

extension StringProtocol {
  /// All of it, or as much as makes ``Quotation/longest`` with a `…` behind it.
  public var quoted: String {
    guard utf8.count > Quotation.longest,
      let last = unicodeScalars.index(startIndex, offsetBy: Quotation.longest - 1, limitedBy: endIndex),
      last < endIndex, unicodeScalars.index(after: last) < endIndex
    else { return String(self) }
    var text = ""
    text.unicodeScalars.append(contentsOf: unicodeScalars[..<last])
    return text + "…"
  }
}
