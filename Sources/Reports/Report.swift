import Jobs

/// The figures of a report: what its three files show.
struct Report: Hashable, Sendable {
  let period: Period
  var total = 0
  var byStatus: [JobStatus: Int] = [:]
  /// The days that have complete orders, in sequence.
  var byDay: [Day] = []
  var amount = Amounts()
  /// At most 20.
  var products: [ProductLine] = []
  var waiting = Seconds()
  var running = Seconds()
  /// Amounts of complete orders that have more digits than are added up.
  var leftOut = 0

  struct Day: Hashable, Sendable {
    var date: CivilDate
    var orders: Int
    var amount: Decimal
  }

  struct Amounts: Hashable, Sendable {
    var sum = Decimal.zero
    var mean, median, p90, p99, min, max: Decimal?
  }

  struct ProductLine: Hashable, Sendable {
    var product: String
    var orders: Int
    var amount: Decimal
  }

  /// Milliseconds.
  struct Seconds: Hashable, Sendable {
    var p50, p95, p99: Int64?
  }

  /// Of complete orders.
  var complete: Int { byStatus[.complete, default: 0] }
}
