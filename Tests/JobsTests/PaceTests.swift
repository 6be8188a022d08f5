import Jobs
import Testing

@Suite("Pace")
struct PaceTests {
  @Test("what comes alone never waits, and what comes in a flood waits for its interval")
  func pause() {
    var pace = Pace(every: .milliseconds(10), burst: 3)
    func pauses(_ times: Int, at now: Int64) -> [Int64] {
      (0..<times).map { _ in pace.pause(at: MonotonicTime(milliseconds: now)).milliseconds }
    }
    #expect(pauses(5, at: 1000) == [0, 0, 0, 10, 20])
    #expect(pauses(1, at: 1020) == [10])
    #expect(pauses(1, at: 1060) == [0])
    #expect(pauses(4, at: 9000) == [0, 0, 0, 10])
  }

  @Test("what is paid back holds nothing up")
  func payBack() {
    var pace = Pace(every: .milliseconds(10), burst: 1)
    let now = MonotonicTime(milliseconds: 1000)
    pace.payBack()
    for _ in 0..<100 {
      #expect(pace.pause(at: now) == .zero)
      pace.payBack()
    }
    #expect(pace.pause(at: now) == .zero)
    #expect(pace.pause(at: now) == .milliseconds(10))
  }

  @Test("a steady slow beat is never held up")
  func slow() {
    var pace = Pace(every: .milliseconds(10), burst: 1)
    for beat in 0..<100 as Range<Int64> {
      #expect(pace.pause(at: MonotonicTime(milliseconds: beat * 10)) == .zero)
    }
  }
}
