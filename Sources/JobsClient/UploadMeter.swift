/// How fast an upload is, and the line that shows it.
struct UploadMeter: Sendable {
  /// The rate is that of so long.
  private static let span = Duration.seconds(5)
  /// Drawn no more often.
  private static let pace = Duration.milliseconds(100)

  private var samples: [(time: ContinuousClock.Instant, sent: Int64)] = []

  /// Hears how much was sent at a moment. True where it is time to draw: now and then, and once when all is sent.
  mutating func hear(_ sent: Int64, of total: Int64, at now: ContinuousClock.Instant) -> Bool {
    // What is sent again begins anew.
    if let last = samples.last, last.sent > sent { samples = [] }
    if let last = samples.last {
      guard now - last.time >= Self.pace || sent >= total, sent != last.sent else { return false }
    }
    samples.append((now, sent))
    while samples.count > 2, now - samples[1].time >= Self.span { samples.removeFirst() }
    return true
  }

  /// Bytes in a second; `nil` until something can be said.
  var rate: Double? {
    guard let first = samples.first, let last = samples.last, last.time > first.time else { return nil }
    return Double(last.sent - first.sent) / (last.time - first.time).seconds
  }

  /// `sending  ████████░░░░░░░░  40%  12.4 of 31.0 MB  4.1 MB/s`.
  func line(_ sent: Int64, of total: Int64, _ style: TerminalStyle, columns: Int) -> ScreenLine {
    let percent = total > 0 ? Int(Double(min(sent, total)) / Double(total) * 100) : 0
    let start = "sending  "
    let number = "\(percent)%"
    var end = String(repeating: " ", count: 5 - number.count) + number
    end += sent >= total ? "  all of \(Self.size(total)) is sent" : "  \(Self.size(sent)) of \(Self.size(total))"
    if sent < total, let rate { end += "  \(Self.size(Int64(rate)))/s" }
    // The last column stays free: some terminals wrap there.
    let room = columns - 1 - start.count - end.count
    guard room >= 10 else { return ScreenLine(PrintableText.fitting(start + end.drop { $0 == " " }, columns - 1)) }
    let bar = min(room, 30)
    return ScreenLine(
      start + style.coloured(style.bar(percent: percent, columns: bar), .cyan) + end,
      width: start.count + bar + end.count)
  }

  /// In units of 1,000, as kind files have them: `999 B`, `1.0 kB`, `20.5 MB`.
  static func size(_ bytes: Int64) -> String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    var value = Double(bytes)
    var units = ["kB", "MB", "GB", "TB", "PB", "EB"][...]
    value /= 1000
    while value >= 999.95, units.count > 1 {
      value /= 1000
      units.removeFirst()
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units.first ?? "")"
  }
}
