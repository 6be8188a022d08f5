import Jobs

/// How far the reading is: in days from the first order, or the period's begin, to the period's end, or now. It never goes
/// back, and names days of the period alone.
struct DayProgress {
  private let first: Int
  private let last: Int
  private var day: Int

  init(of period: Period, from begin: Timestamp, until now: Timestamp) {
    let end = Timestamp(milliseconds: period.end.milliseconds - 1).day
    first = min(max(begin, period.begin).day, end)
    last = max(first, min(now.day, end))
    day = first
  }

  mutating func read(until moment: Timestamp, _ context: JobContext) {
    day = max(day, min(moment.day, last))
    context.report(CivilDate(daysSince1970: day).text, completed: day - first, of: last - first + 1)
  }
}
