import Jobs

/// RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Rounded up to a whole second: what is announced for a moment is still there before it.
  static func text(_ moment: Timestamp) -> String {
    let seconds = (min(moment.milliseconds, 253_402_300_799_000) + 999).flooringQuotient(by: 1000)
    let day = Int(seconds.flooringQuotient(by: 86_400))
    let date = CivilDate(daysSince1970: day)
    let time = Int(seconds) - day * 86_400
    let clock = [time / 3600, time / 60 % 60, time % 60].map { padded($0, to: 2) }.joined(separator: ":")
    let weekday = days[day - day.flooringQuotient(by: 7) * 7]
    return "\(weekday), \(padded(date.day, to: 2)) \(months[date.month - 1]) \(padded(date.year, to: 4)) \(clock) GMT"
  }

  private static func padded(_ value: Int, to width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
