import Jobs

/// The days of a report as bars of a picture: so many days, weeks, months or years together that all have room.
struct DaySeries {
  static let mostBars = 62

  enum Grouping: Hashable {
    case day
    /// Monday to Sunday.
    case week
    case month
    case years(Int)

    var word: String {
      switch self {
      case .day: "day"
      case .week: "week"
      case .month: "month"
      case .years(1): "year"
      case .years(let count): "\(count) years"
      }
    }

    /// Rises by 1 from one bar to the next.
    func number(of date: CivilDate) -> Int {
      switch self {
      case .day: date.daysSince1970
      // 1 January 1970 was a Thursday.
      case .week: (date.daysSince1970 + 3).flooringQuotient(by: 7)
      case .month: date.year * 12 + date.month - 1
      case .years(let count): date.year.flooringQuotient(by: count)
      }
    }

    /// Of the first day.
    func label(_ number: Int) -> String {
      switch self {
      case .day: CivilDate(daysSince1970: number).text
      case .week: CivilDate(daysSince1970: number * 7 - 3).text
      case .month: String(CivilDate(year: number / 12, month: number % 12 + 1, day: 1).text.dropLast(3))
      case .years(let count): String(number * count)
      }
    }
  }

  struct Bar {
    var label: String
    var value: Decimal
  }

  let grouping: Grouping
  private let days: [Report.Day]

  /// `nil` where there are none.
  init?(_ days: [Report.Day]) {
    guard let first = days.first?.date, let last = days.last?.date else { return nil }
    self.days = days
    let years = last.year - first.year + 1
    let widest = Grouping.years((years + Self.mostBars - 2) / (Self.mostBars - 1))
    grouping =
      [.day, .week, .month, .years(1)].first { $0.number(of: last) - $0.number(of: first) < Self.mostBars } ?? widest
  }

  /// Also those without an order between the first and the last.
  func bars(_ value: (Report.Day) -> Decimal) -> [Bar] {
    var bars: [Bar] = []
    let first = grouping.number(of: days[0].date)
    for day in days {
      let number = grouping.number(of: day.date)
      while first + bars.count <= number { bars.append(Bar(label: grouping.label(first + bars.count), value: .zero)) }
      bars[number - first].value += value(day)
    }
    return bars
  }
}
