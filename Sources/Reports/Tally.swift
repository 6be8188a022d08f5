/// What was counted of one distinct value.
struct Tally: Hashable, Sendable {
  var orders = 0
  /// The sum of their amounts, where it is asked for.
  var amount = Decimal.zero

  static func += (sum: inout Tally, summand: Tally) {
    sum.orders += summand.orders
    sum.amount += summand.amount
  }
}

/// Orders by distinct value. What has no room in memory any more is in a ``SpillFile``.
struct TallyTable<Value: Spillable> {
  /// Its number in the file.
  let number: Int
  private var tallies: [Value: Tally] = [:]
  private(set) var orders = 0
  /// Of memory, estimated: the value and its tally in a table that has doubled just now, and the value in a sorted list.
  private(set) var bytes = 0

  init(number: Int) {
    self.number = number
  }

  mutating func add(_ value: Value, _ tally: Tally) {
    orders += tally.orders
    let count = tallies.count
    tallies[value, default: Tally()] += tally
    if tallies.count > count {
      bytes += 4 * (MemoryLayout<(Value, Tally)>.stride + 8) + value.heapBytes + tally.amount.heapBytes
    }
  }

  /// Moves all that is in memory to the file.
  mutating func spill(to file: SpillFile) throws {
    let spilled = tallies
    (tallies, bytes) = ([:], 0)
    try file.append(spilled.keys.sorted().lazy.map { ($0.sortable, spilled[$0] ?? Tally()) }, to: number)
  }

  /// Every distinct value once, in sequence. What is in memory is not looked at where there is a file: spill it before.
  func forEach(in file: SpillFile?, _ body: (Value, Tally) throws -> Void) throws {
    if let file {
      try file.forEach(in: number) { try body(Value(sortable: $0), $1) }
    } else {
      for value in tallies.keys.sorted() { try body(value, tallies[value] ?? Tally()) }
    }
  }

  /// The values at these percentages by nearest rank: each is one that occurs. 0 is the least and 100 the greatest; `nil` where there
  /// are no values. `percents` rise.
  func values(at percents: [Int], in file: SpillFile?) throws -> [Value?] {
    var found: [Value?] = []
    var passed = 0
    let ranks = percents.map { max(1, (orders * $0 + 99) / 100) }
    try forEach(in: file) { value, tally in
      passed += tally.orders
      while found.count < ranks.count, ranks[found.count] <= passed { found.append(value) }
    }
    return found + Array(repeating: nil, count: ranks.count - found.count)
  }
}
