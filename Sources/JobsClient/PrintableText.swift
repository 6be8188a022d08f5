/// Text of others, made fit for a terminal.
public enum PrintableText {
  /// The same with everything that would move, colour or reorder other text as `\u001b`. JSON stays JSON with the same
  /// meaning: there such characters stand in strings only, apart from line ends, which become blanks.
  public static func text(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if mayBePrinted(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += escape(scalar)
      }
    }
    return result
  }

  /// `\u001b`, for one of the first 65,536 characters.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Columns that it takes, where every character may be printed.
  public static func width(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// As much of it as fits into so many columns, with … where something is missing.
  public static func fitting(_ text: String, _ columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var left = columns - 1
    for scalar in text.unicodeScalars {
      left -= width(scalar)
      guard left >= 0 else { break }
      result.unicodeScalars.append(scalar)
    }
    return result + "…"
  }

  private static func mayBePrinted(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Controls of ASCII and Latin-1; directions and isolates; line and paragraph ends.
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: false
    default: true
    }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide(scalar) ? 2 : 1
    }
  }

  /// The wide ranges of Unicode's East Asian Width that are in use, and pictures.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }
}
