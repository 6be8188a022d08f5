import Jobs
import Testing

@Suite("Civil dates")
struct CivilDateTests {
  @Test("count day by day through eight centuries")
  func successors() {
    func length(of month: Int, in year: Int) -> Int {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
    var (year, month, day) = (1600, 1, 1)
    for number in -135_140..<160_000 {
      let date = CivilDate(daysSince1970: number)
      guard (date.year, date.month, date.day) == (year, month, day), date.daysSince1970 == number else {
        Issue.record("day \(number) is \(date), not \(year)-\(month)-\(day)")
        return
      }
      day += 1
      if day > length(of: month, in: year) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }
}
