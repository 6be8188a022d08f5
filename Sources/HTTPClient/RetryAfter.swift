extension ResponseHead {
  /// How long the server asks to be left alone (RFC 9110 section 10.2.3); `nil` where it doesn't, or not in a form that the RFC
  /// knows. `now` is in seconds since 1970; a server that sends `Date` is asked by its own clock.
  public func retryAfter(now: Int64) -> Duration? {
    RetryAfter.pause(self["retry-after"], date: self["date"], now: now)
  }
}

enum RetryAfter {
  /// Of a number of seconds, or of a date: until then from the moment of the answer, which is the receiver's own `Date`
  /// where it has one, so that its clock may go wrong. `nil` for what is neither; a date that is over is no time.
  static func pause(_ value: String?, date: String?, now: Int64) -> Duration? {
    guard let value, !value.isEmpty else { return nil }
    if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return .seconds(Int64(value) ?? .max / 4096) }
    guard let end = HTTPDate.seconds(value) else { return nil }
    let begin = date.flatMap(HTTPDate.seconds) ?? now
    return .seconds(max(0, end - begin))
  }
}

/// Reads dates in the three forms of RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
enum HTTPDate {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]

  /// Since 1970. `nil` for what is no date after then.
  static func seconds(_ text: String) -> Int64? {
    guard text.utf8.count <= 40 else { return nil }
    let words = text.lowercased().split { " ,-\t".contains($0) }
    let parts: (day: Substring, month: Substring, year: Substring, time: Substring)
    if words.count == 6, words[5] == "gmt" {
      parts = (words[1], words[2], words[3], words[4])
    } else if words.count == 5 {
      parts = (words[2], words[1], words[4], words[3])
    } else {
      return nil
    }
    let clock = parts.time.split(separator: ":", omittingEmptySubsequences: false).map(number)
    guard let month = months.firstIndex(of: String(parts.month)), let year = year(parts.year),
      let day = number(parts.day), clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let isLeap = leapYears(before: year + 1) > leapYears(before: year)
    let length = daysBefore[month + 1] - daysBefore[month] + (isLeap && month == 1 ? 1 : 0)
    guard (1...length).contains(day) else { return nil }
    let leapDays = leapYears(before: year) - leapYears(before: 1970) + (isLeap && month > 1 ? 1 : 0)
    let days = (year - 1970) * 365 + leapDays + daysBefore[month] + day - 1
    return Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  private static func number(_ digits: Substring) -> Int? {
    (1...4).contains(digits.utf8.count) && digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
  }

  /// Of two digits the century is a guess: from 1970 to 2069.
  private static func year(_ digits: Substring) -> Int? {
    guard var year = number(digits) else { return nil }
    if digits.utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
    return year >= 1970 ? year : nil
  }

  private static func leapYears(before year: Int) -> Int {
    (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400
  }
}
