/// A picture with one bar for each value; none is negative. All is computed in whole tenths of its units.
struct BarChart {
  /// Of the class that gives it its colour, and of the ids.
  let name: String
  let title: String
  let bars: [DaySeries.Bar]
  /// Whether the values are whole numbers.
  let isCount: Bool

  private static let (width, height) = (360, 150)
  private static let (left, right, top, bottom) = (40, 6, 8, 18)
  private static let plotHeight = height - top - bottom
  private static let plotWidth = width - left - right

  var svg: String {
    let scale = AxisScale(bars.map(\.value).max() ?? .zero, isCount: isCount)
    let column = NumberColumn(bars.map(\.value))
    return """
      <figure>
      <figcaption>\(title)</figcaption>
      <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-labelledby="\(name)-title \(name)-text">
      <title id="\(name)-title">\(title)</title>
      <desc id="\(name)-text">\(summary(column))</desc>
      \(scale.ticks.enumerated().map { tick($1.label, at: $0, of: scale.ticks.count - 1) }.joined(separator: "\n"))
      \(bars.enumerated().compactMap { bar($1, number: $0, of: scale.top, column) }.joined(separator: "\n"))
      \(labels)
      </svg>
      </figure>
      """
  }

  private func summary(_ column: NumberColumn) -> String {
    guard let most = bars.max(by: { $0.value < $1.value }), let first = bars.first, let last = bars.last else {
      return ""
    }
    let highest = "The highest is \(column.text(most.value)), \(most.label)."
    let bars = bars.count == 1 ? "1 bar" : "\(bars.count) bars from \(first.label) to \(last.label)"
    return "\(bars). \(highest)"
  }

  private func tick(_ label: String, at index: Int, of count: Int) -> String {
    let y = Self.tenths((Self.top + Self.plotHeight) * 10 - Self.plotHeight * 10 * index / max(1, count))
    return """
      <line class="\(index == 0 ? "axis" : "grid")" x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(y)" y2="\(y)"/>\
      <text class="value" x="\(Self.left - 5)" y="\(y)" dy="3">\(label)</text>
      """
  }

  private func bar(_ bar: DaySeries.Bar, number: Int, of top: Decimal, _ column: NumberColumn) -> String? {
    guard !bar.value.isZero else { return nil }
    let height = max(5, bar.value.share(of: top, in: Self.plotHeight * 10))
    let (begin, end) = (edge(number), edge(number + 1))
    let gap = min(40, (end - begin) / 4)
    // One of few bars is no wall.
    let width = min(400, end - begin - gap)
    return """
      <rect class="\(name)" x="\(Self.tenths((begin + end - width) / 2))" y="\(Self.tenths((Self.top + Self.plotHeight) * 10 - height))" \
      width="\(Self.tenths(width))" height="\(Self.tenths(height))"><title>\(bar.label): \(column.text(bar.value))</title></rect>
      """
  }

  private func edge(_ number: Int) -> Int { Self.left * 10 + Self.plotWidth * 10 * number / bars.count }

  /// Below some of the bars, the first among them: at most four, as far apart as they need.
  private var labels: String {
    let step = max(1, (bars.count + 3) / 4)
    return stride(from: 0, to: bars.count, by: step).map { number in
      let middle = (edge(number) + edge(number + 1)) / 2
      return "<text class=\"label\" x=\"\(Self.tenths(middle))\" y=\"\(Self.height - 5)\">\(bars[number].label)</text>"
    }.joined(separator: "\n")
  }

  private static func tenths(_ number: Int) -> String {
    number % 10 == 0 ? String(number / 10) : "\(number / 10).\(number % 10)"
  }
}

/// The numbers beside a picture's lines: 0 and up to four more, equally far apart and round.
struct AxisScale {
  struct Tick {
    var value: Decimal
    var label: String
  }

  private(set) var ticks = [Tick(value: .zero, label: "0")]

  /// The highest line: not below `most`.
  var top: Decimal { ticks.last?.value ?? .zero }

  init(_ most: Decimal, isCount: Bool) {
    guard !most.isZero else {
      ticks.append(Tick(value: Decimal(1), label: "1"))
      return
    }
    let power = most.powerOfFirstDigit
    for power in (power - 1)...(power + 1) where !isCount || power >= 0 {
      for factor in [1, 2, 5] {
        let lines = (1...4).first { Self.value(factor * $0, power) >= most }
        guard let lines else { continue }
        let unit = Self.unit(ofPower: power + (factor * lines >= 10 ? 1 : 0))
        for line in 1...lines {
          let value = Self.value(factor * line, power)
          ticks.append(
            Tick(value: value, label: Grouped.text(Self.value(factor * line, power - unit.power).text) + unit.word))
        }
        return
      }
    }
  }

  private static func value(_ digits: Int, _ power: Int) -> Decimal { Decimal("\(digits)e\(power)") ?? .zero }

  private static func unit(ofPower power: Int) -> (power: Int, word: String) {
    switch power {
    case ..<4: (0, "")
    case ..<6: (3, "k")
    case ..<9: (6, "M")
    case ..<12: (9, "bn")
    case ..<17: (12, "tn")
    default: (power, "e\(power)")
    }
  }
}

extension Decimal {
  /// The power of ten that its first digit counts; 0 of zero.
  var powerOfFirstDigit: Int { isZero ? 0 : (high - 1) * Self.digitsEach + String(limb(high - 1)).utf8.count - 1 }
}
