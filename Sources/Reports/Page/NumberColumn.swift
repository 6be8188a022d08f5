/// How the numbers of a column are written for people: thousands apart, and all with as many digits behind the point as the one
/// that has the most. Digits behind the sixth are rounded away. Of a longer number the first digits and the power of ten are
/// written: a page has no room for sixty digits.
struct NumberColumn {
  private static let mostDigits = 21

  private let places: Int

  init(_ values: [Decimal]) {
    let most = values.map { Self.parts($0).fraction.utf8.count }.max() ?? 0
    // 19.9 of money is 19.90.
    places = most == 1 ? 2 : most
  }

  func text(_ value: Decimal) -> String {
    let (whole, fraction) = Self.parts(value)
    if value.powerOfFirstDigit >= Self.mostDigits {
      let digits = whole.filter(\.isNumber)
      return
        "\(whole.hasPrefix("-") ? "-" : "")\(digits.prefix(1)).\(digits.dropFirst().prefix(6))…e\(digits.count - 1)"
    }
    guard places > 0 else { return whole }
    return "\(whole).\(fraction)\(String(repeating: "0", count: max(0, places - fraction.utf8.count)))"
  }

  private static func parts(_ value: Decimal) -> (whole: String, fraction: String) {
    let parts = value.divided(by: 1).text.split(separator: ".")
    return (Grouped.text(String(parts[0])), parts.count > 1 ? String(parts[1]) : "")
  }
}

enum Grouped {
  static func text(_ number: Int) -> String { text(String(number)) }

  /// `-1,234,567.5` of `-1234567.5`.
  static func text(_ number: String) -> String {
    let sign = number.hasPrefix("-") ? "-" : ""
    let digits = Array(number.utf8.dropFirst(sign.utf8.count).prefix { $0 != UInt8(ascii: ".") })
    var text = sign
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text + number.drop { $0 != "." }
  }
}
