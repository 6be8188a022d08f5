public import Jobs
public import StrictJSON

extension JSONWriter {
  /// A quoted RFC 3339 date and time in UTC with milliseconds: `"2026-01-31T23:59:59.999Z"`. Dates outside the years 0 to
  /// 9999, which RFC 3339 can't write, become the nearest it can.
  public mutating func timestamp(_ moment: Timestamp) {
    let milliseconds = min(max(moment.milliseconds, -62_167_219_200_000), 253_402_300_799_999)
    let day = milliseconds.flooringQuotient(by: 86_400_000)
    let time = Int(milliseconds - day * 86_400_000)
    let date = CivilDate(daysSince1970: Int(day))
    raw("\"")
    digits(date.year, count: 4)
    raw("-")
    digits(date.month, count: 2)
    raw("-")
    digits(date.day, count: 2)
    raw("T")
    digits(time / 3_600_000, count: 2)
    raw(":")
    digits(time / 60_000 % 60, count: 2)
    raw(":")
    digits(time / 1000 % 60, count: 2)
    raw(".")
    digits(time % 1000, count: 3)
    raw("Z\"")
  }
}
