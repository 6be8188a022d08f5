/// The last lines of a terminal, drawn anew in place. The cursor stays below them, at the left.
struct ScreenRegion: Sendable {
  private var drawn: [ScreenLine] = []

  var isDrawn: Bool { !drawn.isEmpty }

  /// What draws `lines` instead of those of before. The terminal has so many columns now: if it was made narrower, what
  /// was drawn before takes more rows.
  mutating func draw(_ lines: [ScreenLine], columns: Int) -> String {
    let columns = max(columns, 1)
    let rows = drawn.reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
    drawn = lines
    var text = rows > 0 ? "\u{1B}[\(rows)A\r" : "\r"
    for line in lines { text += line.text + "\u{1B}[K\n" }
    return text + "\u{1B}[J"
  }
}
