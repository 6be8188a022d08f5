import Jobs
import StrictJSON

extension Report {
  /// `report.json`.
  var json: [UInt8] {
    var writer = JSONWriter(capacity: 4096 + 64 * byDay.count)
    writer.raw(#"{"from":"#)
    writer.string(period.from)
    writer.raw(#","to":"#)
    writer.string(period.to)
    writer.raw(#","orders":{"total":"#)
    writer.integer(total)
    writer.raw(#","byStatus":{"#)
    for (index, status) in JobStatus.allCases.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(status.rawValue)
      writer.raw(":")
      writer.integer(byStatus[status, default: 0])
    }
    writer.raw(#"},"byDay":["#)
    for (index, day) in byDay.enumerated() {
      writer.raw(index > 0 ? #",{"day":"# : #"{"day":"#)
      writer.string(day.date.text)
      writer.raw(#","orders":"#)
      writer.integer(day.orders)
      writer.raw(#","amount":"#)
      writer.raw(text: day.amount.text)
      writer.raw("}")
    }
    writer.raw(#"]},"amount":{"#)
    for (index, (name, value)) in amount.figures.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(name)
      writer.raw(":")
      writer.raw(text: value?.text ?? "null")
    }
    writer.raw(#"},"products":["#)
    for (index, line) in products.enumerated() {
      writer.raw(index > 0 ? #",{"product":"# : #"{"product":"#)
      writer.string(line.product)
      writer.raw(#","orders":"#)
      writer.integer(line.orders)
      writer.raw(#","amount":"#)
      writer.raw(text: line.amount.text)
      writer.raw("}")
    }
    writer.raw(#"],"seconds":{"waiting":"#)
    writer.seconds(waiting)
    writer.raw(#","running":"#)
    writer.seconds(running)
    writer.raw(#"},"leftOut":"#)
    writer.integer(leftOut)
    writer.raw("}")
    return writer.bytes
  }
}

extension Report.Amounts {
  /// Under the names that they have in all files.
  var figures: [(name: String, value: Decimal?)] {
    [("sum", sum), ("mean", mean), ("median", median), ("p90", p90), ("p99", p99), ("min", min), ("max", max)]
  }
}

extension Report.Seconds {
  var figures: [(name: String, value: Int64?)] { [("p50", p50), ("p95", p95), ("p99", p99)] }

  /// `0.250`: always three digits behind the point.
  static func text(_ milliseconds: Int64) -> String {
    let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
    return "\(milliseconds < 0 ? "-" : "")\(seconds).\(String(rest + 1000).dropFirst())"
  }
}

extension JSONWriter {
  fileprivate mutating func seconds(_ seconds: Report.Seconds) {
    for (index, (name, value)) in seconds.figures.enumerated() {
      raw(index > 0 ? "," : "{")
      string(name)
      raw(":")
      raw(text: value.map(Report.Seconds.text) ?? "null")
    }
    raw("}")
  }
}
