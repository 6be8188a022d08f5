/// What was counted of one product.
struct Tally: Hashable, Sendable {
  var orders = 0
  /// The sum of their amounts.
  var amount = Decimal.zero

  static func += (sum: inout Tally, summand: Tally) {
    sum.orders += summand.orders
    sum.amount += summand.amount
  }
}

/// Orders and amounts by product. What has no room in memory any more is in a ``SpillFile``.
struct ProductTable {
  /// Its number in the file.
  let number: Int
  private var tallies: [Product: Tally] = [:]
  private var heapBytes = 0
  /// An order has no more products: the table is looked at after each order.
  private static let mostAtOnce = 1000

  init(number: Int) {
    self.number = number
  }

  /// Of memory, with what the next order takes: a full table makes another one, of twice its size, beside itself. A sorted list of
  /// the products counts too.
  var bytes: Int {
    let (count, capacity) = (tallies.count, tallies.capacity)
    // A table of so many places is filled to three quarters.
    let table = capacity * 4 / 3 * MemoryLayout<(Product, Tally)>.stride
    let sorted = count * MemoryLayout<Product>.stride * 3 / 2
    return (count + Self.mostAtOnce < capacity ? table : 3 * table) + sorted + heapBytes
  }

  mutating func add(_ product: Product, _ tally: Tally) {
    let count = tallies.count
    heapBytes += Self.add(tally, to: &tallies[product, default: Tally()])
    if tallies.count > count { heapBytes += product.heapBytes }
  }

  /// By how many bytes `sum` has grown.
  private static func add(_ tally: Tally, to sum: inout Tally) -> Int {
    let before = sum.amount.heapBytes
    sum += tally
    return sum.amount.heapBytes - before
  }

  /// Moves all that is in memory to the file.
  mutating func spill(to file: SpillFile) throws {
    let spilled = tallies
    (tallies, heapBytes) = ([:], 0)
    try file.append(spilled.keys.sorted().lazy.map { ($0.sortable, spilled[$0] ?? Tally()) }, to: number)
  }

  /// Every product once, in sequence. What is in memory is not looked at where there is a file: spill it before.
  func forEach(in file: SpillFile?, _ body: (Product, Tally) throws -> Void) throws {
    if let file {
      try file.forEach(in: number) { try body(Product(sortable: $0), $1) }
    } else {
      for product in tallies.keys.sorted() { try body(product, tallies[product] ?? Tally()) }
    }
  }
}
