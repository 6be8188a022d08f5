/// Text of a request that an answer or a line of the log repeats.
enum Quotation {
  /// Unicode scalars, with the `…` where it was cut.
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
