import CCurl

extension ResponseHead {
  /// How long the server asks to be left alone (RFC 9110 section 10.2.3); `nil` where it doesn't, and where it
  /// can't be read. `now` is in seconds since 1970; a server that sends `Date` is asked by its own clock.
  public func retryAfter(now: Int64) -> Duration? {
    RetryAfter.pause(self["retry-after"], date: self["date"], now: now)
  }
}

enum RetryAfter {
  private static let longest = Int64.max / 4096

  /// Of a number of seconds, or of a date: until then from the moment of the answer, which is the receiver's own `Date`
  /// where it has one, so that its clock may go wrong. `nil` for what is neither; a date that is over is no time.
  static func pause(_ value: String?, date: String?, now: Int64) -> Duration? {
    guard let value, !value.isEmpty else { return nil }
    if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return .seconds(min(Int64(value) ?? longest, longest)) }
    guard let end = seconds(value) else { return nil }
    let begin = date.flatMap(seconds) ?? now
    return .seconds(min(max(0, end - begin), longest))
  }

  /// Since 1970, of a date in any of the three forms of RFC 9110 section 5.6.7. libcurl reads more than those: other zones for
  /// example, and a day that the month doesn't have as one of the next. `nil` for what it can't read, and for dates before 1970.
  private static func seconds(_ date: String) -> Int64? {
    // It takes signed digits alone for a date, too.
    guard date.contains(where: \.isLetter) else { return nil }
    let seconds = curl_getdate(date, nil)
    return seconds >= 0 ? Int64(seconds) : nil
  }
}
