/// Values as systemd writes them.
enum UnitValue {
  /// A span of time (systemd.time(7)); `nil` for what is none, the longest for `infinity`.
  static func duration(_ text: String) -> Duration? {
    guard text != "infinity" else { return .seconds(Int64.max / 1000) }
    let units: [(String, Int64)] = [
      ("ms", 1), ("msec", 1), ("s", 1000), ("sec", 1000), ("second", 1000), ("seconds", 1000), ("m", 60_000),
      ("min", 60_000), ("minute", 60_000), ("minutes", 60_000), ("h", 3_600_000), ("hr", 3_600_000),
      ("hour", 3_600_000), ("hours", 3_600_000), ("d", 86_400_000), ("day", 86_400_000), ("days", 86_400_000),
    ]
    return NginxValue.sum(text, units, bare: 1000).map { .milliseconds($0) }
  }

  /// The hard one of `soft:hard`, or of both.
  static func hardLimit(_ text: String) -> Int? {
    let last = text.split(separator: ":").last.map(String.init) ?? ""
    return last == "infinity" ? Int.max : Int(last)
  }

  /// The nine bits of a file's mode.
  static func mode(_ text: String) -> UInt32? { UInt32(text, radix: 8) }

  static func isTrue(_ text: String?) -> Bool { ["1", "yes", "true", "on"].contains(text ?? "") }

  /// Words as in a command line or an assignment: quotes join, a backslash takes the next character as it is.
  static func words(_ text: String) -> [String] {
    var (words, word, quote): ([String], String?, Unicode.Scalar?) = ([], nil, nil)
    var isEscaped = false
    for character in text.unicodeScalars {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        (quote, word) = (character, word ?? "")
      } else if quote == nil, character == " " || character == "\t" {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
