/// What a terminal can show.
public struct TerminalStyle: Hashable, Sendable {
  public var hasColour: Bool
  /// Whether it shows more than ASCII.
  public var isUnicode: Bool

  public init(hasColour: Bool, isUnicode: Bool) {
    self.hasColour = hasColour
    self.isUnicode = isUnicode
  }

  /// By https://no-color.org and the locale.
  public init(environment: [String: String]) {
    hasColour = (environment["NO_COLOR"] ?? "").isEmpty
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    isUnicode = locale.lowercased().replacing("-", with: "").contains("utf8")
  }

  enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  func coloured(_ text: String, _ colour: Colour?) -> String {
    guard hasColour, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  /// A bar of so many columns.
  func bar(percent: Int, columns: Int) -> String {
    let full = percent * columns / 100
    return String(repeating: isUnicode ? "█" : "#", count: full)
      + String(repeating: isUnicode ? "░" : "-", count: columns - full)
  }
}
