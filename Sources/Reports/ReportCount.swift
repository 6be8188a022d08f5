import Jobs
import StrictJSON

/// Counts orders, one after the other, in memory that is bounded whatever there are: distinct values beyond ``mostBytes`` go to
/// a file. Days alone stay, a report lists each.
struct ReportCount {
  static let mostProducts = 20
  /// Amounts with more digits are left out; none such is accepted any more.
  static let mostDigits = 64

  private let mostBytes: Int
  private var report: Report
  private var days: [Int: Tally] = [:]
  private var amounts = CountTable<Decimal>(number: 0)
  private var products = ProductTable(number: 1)
  private var waiting = CountTable<Int64>(number: 2)
  private var running = CountTable<Int64>(number: 3)
  private var file: SpillFile?

  /// `mostBytes` of memory for distinct values, all together.
  init(of period: Period, mostBytes: Int = 64 << 20) {
    report = Report(period: period)
    self.mostBytes = mostBytes
  }

  var hasSpilled: Bool { file != nil }

  /// Counts an order if it was made in the period. Throws where the file can't be written.
  mutating func add(_ job: Job) throws {
    guard report.period.contains(job.createdAt) else { return }
    report.total += 1
    report.byStatus[job.status, default: 0] += 1
    guard job.status == .complete else { return }
    let order = PastOrder(job.input)
    let amount = order.amount.flatMap { Decimal($0, mostDigits: Self.mostDigits) }
    let tally = Tally(orders: 1, amount: amount ?? .zero)
    days[job.createdAt.day, default: Tally()] += tally
    if let amount {
      report.amount.sum += amount
      amounts.add(amount)
    } else {
      report.leftOut += 1
    }
    for product in order.products { products.add(product, tally) }
    if let startedAt = job.startedAt {
      waiting.add(startedAt.milliseconds - job.createdAt.milliseconds)
      if let finishedAt = job.finishedAt {
        running.add(finishedAt.milliseconds - startedAt.milliseconds)
      }
    }
    if amounts.bytes + products.bytes + waiting.bytes + running.bytes > mostBytes { try spill() }
  }

  private mutating func spill() throws {
    let file = try file ?? SpillFile()
    self.file = file
    try amounts.spill(to: file)
    try products.spill(to: file)
    try waiting.spill(to: file)
    try running.spill(to: file)
  }

  /// The report on all that was counted.
  mutating func finish() throws -> Report {
    if file != nil { try spill() }
    report.byDay = days.sorted { $0.key < $1.key }.map { day, tally in
      Report.Day(date: CivilDate(daysSince1970: day), orders: tally.orders, amount: tally.amount)
    }
    let values = try amounts.values(at: [0, 50, 90, 99, 100], in: file)
    report.amount.mean = amounts.orders == 0 ? nil : report.amount.sum.divided(by: amounts.orders)
    (report.amount.min, report.amount.median, report.amount.p90) = (values[0], values[1], values[2])
    (report.amount.p99, report.amount.max) = (values[3], values[4])
    report.products = try best()
    report.waiting = try Self.seconds(of: &waiting, in: file)
    report.running = try Self.seconds(of: &running, in: file)
    return report
  }

  private static func seconds(of table: inout CountTable<Int64>, in file: SpillFile?) throws -> Report.Seconds {
    let values = try table.values(at: [50, 95, 99], in: file)
    return Report.Seconds(p50: values[0], p95: values[1], p99: values[2])
  }

  /// Those with the most orders; among them those with the greatest amount; among them by name.
  private func best() throws -> [Report.ProductLine] {
    var best: [(product: Product, tally: Tally)] = []
    // They come by name, so that a later one stands behind its equals.
    try products.forEach(in: file) { product, tally in
      if best.count == Self.mostProducts {
        guard let last = best.last, Self.isMore(tally, than: last.tally) else { return }
        best.removeLast()
      }
      best.insert((product, tally), at: best.firstIndex { Self.isMore(tally, than: $0.tally) } ?? best.count)
    }
    return best.map { Report.ProductLine(product: $0.product.name, orders: $0.tally.orders, amount: $0.tally.amount) }
  }

  private static func isMore(_ one: Tally, than other: Tally) -> Bool {
    one.orders != other.orders ? one.orders > other.orders : one.amount > other.amount
  }
}
