enum OneLine {
  /// The most characters that are quoted of a text.
  private static let longestQuote = 80

  /// With control characters and line separators written as `\u{a}`.
  static func text(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { line, scalar in
      if scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}" {
        line += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
  }

  /// In quotes, and cut where it is long.
  static func quote(_ text: String) -> String {
    text.count > longestQuote ? "\"\(text.prefix(longestQuote))…\"" : "\"\(text)\""
  }

  /// `a, b or c`.
  static func list(_ words: [String], _ last: String = "or") -> String {
    guard let final = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) \(last) \(final)"
  }
}
