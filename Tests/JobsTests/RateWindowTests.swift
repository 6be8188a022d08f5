import Testing

@testable import Jobs

@Suite("The measured rate")
struct RateWindowTests {
  private func window(_ readings: [(Int, Int64)]) -> RateWindow {
    var window = RateWindow()
    for (count, seconds) in readings { window.add(count, at: MonotonicTime(milliseconds: seconds * 1000)) }
    return window
  }

  @Test("is unknown until there are two readings at different times")
  func unknown() {
    #expect(window([]).perSecond == nil)
    #expect(window([(5, 1)]).perSecond == nil)
    #expect(window([(5, 1), (6, 1)]).perSecond == nil)
  }

  @Test("is what was counted from the first reading to the last, by the time between")
  func rate() {
    #expect(window([(5, 1), (25, 3)]).perSecond == 10)
    #expect(window([(5, 1), (5, 3)]).perSecond == 0)
  }

  @Test("is that of the last four readings where they are faster: after an idle hour the load of now counts")
  func recent() {
    #expect(window((0..<30).map { (0, Int64($0)) } + [(10, 30), (30, 31), (60, 32)]).perSecond == 20)
  }

  @Test("forgets what is more than thirty readings old")
  func forgets() {
    let readings = (0..<100).map { ($0 < 50 ? 0 : ($0 - 50) * 4, Int64($0)) }
    #expect(window(readings).perSecond == 4)
  }
}
