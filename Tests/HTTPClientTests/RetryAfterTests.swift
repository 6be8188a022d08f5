import Testing

@testable import HTTPClient

@Suite("A server's Retry-After")
struct RetryAfterTests {
  private static let now: Int64 = 784_111_777  // Sun, 06 Nov 1994 08:49:37 GMT

  @Test(
    "is a number of seconds or a date in any of the three forms",
    arguments: [
      ("0", 0), ("7", 7), ("0120", 120), ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sunday, 06-Nov-94 08:49:47 GMT", 10),
      ("Sun Nov  6 08:49:47 1994", 10), ("sun, 6 nov 1994 08:49:47 gmt", 10), ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400),
      ("Sun, 06 Nov 1994 08:49:36 GMT", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400 - 784_111_777),
      ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799 - 784_111_777),
      ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800 - 784_111_777),
    ] as [(String, Int64)])
  func pauses(value: String, seconds: Int64) {
    #expect(RetryAfter.pause(value, date: nil, now: Self.now) == .seconds(seconds))
  }

  @Test(
    "is nothing where it is neither",
    arguments: [
      nil, "", "soon", "-1", "1.5", "-20261201", "7 s", "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
      "\(String(repeating: " ", count: 41))",
    ] as [String?])
  func nothing(value: String?) {
    #expect(RetryAfter.pause(value, date: nil, now: Self.now) == nil)
  }

  @Test("counts from the server's own Date, whatever its clock says")
  func skew() {
    let end = "Tue, 06 Nov 2029 08:50:37 GMT"
    #expect(RetryAfter.pause(end, date: "Tue, 06 Nov 2029 08:49:37 GMT", now: Self.now) == .seconds(60))
    #expect(RetryAfter.pause(end, date: "Tue, 06 Nov 2029 08:51:37 GMT", now: Self.now) == .zero)
    #expect(RetryAfter.pause("60", date: "Tue, 06 Nov 2029 08:49:37 GMT", now: Self.now) == .seconds(60))
    let soon = "Sun, 06 Nov 1994 08:50:37 GMT"
    #expect(RetryAfter.pause(soon, date: "now", now: Self.now) == .seconds(60))
  }

  @Test("that is beyond all bounds is a long time")
  func huge() {
    for value in ["99999999999999999999999999", "9223372036854775807"] {
      let pause = RetryAfter.pause(value, date: nil, now: Self.now)
      #expect(pause.map { $0 > .seconds(86_400 * 365) } == true)
    }
  }
}
