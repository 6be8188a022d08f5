public import Jobs

extension JSONWriter {
  /// A quoted RFC 3339 date and time in UTC with milliseconds: `"2026-01-31T23:59:59.999Z"`. Dates outside the years 0 to
  /// 9999, which RFC 3339 can't write, become the nearest it can.
  public mutating func timestamp(_ moment: Timestamp) {
    let milliseconds = min(max(moment.milliseconds, -62_167_219_200_000), 253_402_300_799_999)
    let day = milliseconds.flooringQuotient(by: 86_400_000)
    let time = Int(milliseconds - day * 86_400_000)
    let date = CivilDate(daysSince1970: Int(day))
    raw("\"")
    padded(date.year, to: 4)
    raw("-")
    padded(date.month, to: 2)
    raw("-")
    padded(date.day, to: 2)
    raw("T")
    padded(time / 3_600_000, to: 2)
    raw(":")
    padded(time / 60_000 % 60, to: 2)
    raw(":")
    padded(time / 1000 % 60, to: 2)
    raw(".")
    padded(time % 1000, to: 3)
    raw("Z\"")
  }

  private mutating func padded(_ value: Int, to width: Int) {
    var unit = 1
    for _ in 1..<width { unit *= 10 }
    while unit > 0 {
      digit(value / unit % 10)
      unit /= 10
    }
  }
}
