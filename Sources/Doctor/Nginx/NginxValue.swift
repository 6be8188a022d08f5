/// Values as nginx writes them.
enum NginxValue {
  /// `75s`, `1m30s`, `500ms`, `60` (seconds).
  static func duration(_ text: String) -> Duration? {
    let units: [(String, Int64)] = [
      ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
      ("M", 2_592_000_000), ("y", 31_536_000_000),
    ]
    return sum(text, units, bare: 1000).map { .milliseconds($0) }
  }

  /// Bytes: `1088k`, `1m`, `1g`, `65536`.
  static func size(_ text: String) -> Int64? {
    sum(text.lowercased(), [("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30)], bare: 1)
  }

  static func sum(_ text: String, _ units: [(String, Int64)], bare: Int64) -> Int64? {
    var (rest, total) = (text[...], Int64(0))
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let number = Int64(digits) else { return nil }
      guard let factor = unit.isEmpty ? bare : units.first(where: { $0.0 == unit })?.1 else { return nil }
      let (product, overflows) = number.multipliedReportingOverflow(by: factor)
      guard !overflows else { return nil }
      total += product
      rest = rest.dropFirst(digits.count + unit.count).drop { $0 == " " }
    }
    return total
  }
}

extension Duration {
  /// For people: `30s`, `500ms`.
  var text: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
  }
}
