/// A length of time as people write it: whole numbers with units, the longest first: `90s`, `1h30m`, `500ms`, `30d`.
enum TimeSpan {
  private static let units: [(name: String, milliseconds: Int)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  static let rule = "Write whole numbers with d, h, m, s or ms, the longest first, such as 90s or 1h30m"

  /// `nil` where it isn't written so, or is more than milliseconds in an `Int`.
  static func duration(of text: String) -> Duration? {
    var rest = text[...]
    var units = units[...]
    var sum = 0
    repeat {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let name = rest[digits.endIndex...].prefix { $0.isASCII && $0.isLetter }
      guard let number = Int(digits), let index = units.firstIndex(where: { $0.name == name }) else { return nil }
      let (milliseconds, isLarge) = number.multipliedReportingOverflow(by: units[index].milliseconds)
      let (total, isLarger) = sum.addingReportingOverflow(milliseconds)
      if isLarge || isLarger { return nil }
      sum = total
      units = units[(index + 1)...]
      rest = rest[name.endIndex...]
    } while !rest.isEmpty
    return .milliseconds(sum)
  }

  /// `1h30m`; `0s` for none. Less than a millisecond is left out.
  static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    var text = ""
    for unit in units where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text.isEmpty ? "0s" : text
  }
}
