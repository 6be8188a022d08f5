package import Jobs

/// The grammar of RFC 3339, section 5.6.
package enum DateSyntax {
  typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

  /// The first whole millisecond that isn't before `text`: the begin of a day in UTC, or a date and time with an offset; `nil` for
  /// anything else.
  package static func moment(_ text: String) -> Timestamp? {
    var text = text
    return text.withUTF8 { bytes in
      if let date = date(bytes[...]) { return Timestamp(milliseconds: Int64(date.daysSince1970) * 86_400_000) }
      return dateTime(bytes[...])
    }
  }

  /// A `full-date` that the calendar has.
  static func isDate(_ bytes: Bytes) -> Bool { date(bytes) != nil }

  private static func date(_ bytes: Bytes) -> CivilDate? {
    guard bytes.count == 10, byte(bytes, 4) == UInt8(ascii: "-"), byte(bytes, 7) == UInt8(ascii: "-"),
      let year = number(bytes.prefix(4)), let month = number(bytes.dropFirst(5).prefix(2)),
      let day = number(bytes.suffix(2)), 1...12 ~= month
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    return CivilDate(daysSince1970: date.daysSince1970) == date ? date : nil
  }

  /// A `date-time`. The second 60 is a leap second, which is the last of a day in UTC.
  static func isDateTime(_ bytes: Bytes) -> Bool { dateTime(bytes) != nil }

  private static func dateTime(_ bytes: Bytes) -> Timestamp? {
    guard let date = date(bytes.prefix(10)), byte(bytes, 10).map({ $0 | 0x20 }) == UInt8(ascii: "t") else {
      return nil
    }
    var rest = bytes.dropFirst(11)
    guard rest.count >= 8, byte(rest, 5) == UInt8(ascii: ":"), let minutes = minutesOfDay(rest.prefix(5)),
      let second = number(rest.dropFirst(6).prefix(2)), second <= 60
    else { return nil }
    rest = rest.dropFirst(8)
    var milliseconds = Int64(second) * 1000
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: isDigit)
      if fraction.isEmpty { return nil }
      for (digit, unit) in zip(fraction, [100, 10, 1] as [Int64]) {
        milliseconds += Int64(digit - UInt8(ascii: "0")) * unit
      }
      if fraction.dropFirst(3).contains(where: { $0 != UInt8(ascii: "0") }) { milliseconds += 1 }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard let offset = minutesOfOffset(rest) else { return nil }
    guard second < 60 || (minutes - offset + 2 * 1440) % 1440 == 1439 else { return nil }
    milliseconds += Int64(date.daysSince1970 * 1440 + minutes - offset) * 60_000
    return Timestamp(milliseconds: milliseconds)
  }

  /// `Z` or `+01:30`.
  private static func minutesOfOffset(_ bytes: Bytes) -> Int? {
    if bytes.count == 1, byte(bytes, 0).map({ $0 | 0x20 }) == UInt8(ascii: "z") { return 0 }
    switch bytes.first {
    case UInt8(ascii: "+"): return minutesOfDay(bytes.dropFirst())
    case UInt8(ascii: "-"): return minutesOfDay(bytes.dropFirst()).map { -$0 }
    default: return nil
    }
  }

  /// `23:59`.
  private static func minutesOfDay(_ bytes: Bytes) -> Int? {
    guard bytes.count == 5, byte(bytes, 2) == UInt8(ascii: ":"), let hour = number(bytes.prefix(2)),
      let minute = number(bytes.suffix(2)), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  private static func byte(_ bytes: Bytes, _ offset: Int) -> UInt8? {
    bytes.dropFirst(offset).first
  }

  /// Digits only; at most four of them.
  private static func number(_ bytes: Bytes) -> Int? {
    guard !bytes.isEmpty, bytes.allSatisfy(isDigit) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
