/// How many orders have each distinct value. They stand in sequence, so that a value takes little more memory than its own bytes;
/// those that came last wait until they are enough to be sorted in. What has no room in memory any more is in a ``SpillFile``.
struct CountTable<Value: Spillable> {
  private static var fewestFresh: Int { 4096 }
  /// What an allocator and two arrays take for each block.
  private static var bytesBeside: Int { 112 }

  /// Its number in the file.
  let number: Int
  private var blocks: [CountBlock<Value>] = []
  private var fresh: [Value] = []
  private var distinct = 0
  private var heapBytes = 0
  private(set) var orders = 0

  init(number: Int) {
    self.number = number
  }

  /// Of memory, with what sorting takes.
  var bytes: Int {
    blocks.count * (CountBlock<Value>.bytes + Self.bytesBeside)
      + fresh.capacity * MemoryLayout<Value>.stride * 3 / 2 + heapBytes
  }

  mutating func add(_ value: Value) {
    orders += 1
    heapBytes += value.heapBytes
    fresh.append(value)
    if fresh.count >= max(Self.fewestFresh, distinct / 8) { sortIn() }
  }

  /// Moves all that is in memory to the file.
  mutating func spill(to file: SpillFile) throws {
    sortIn()
    let spilled = blocks
    (blocks, fresh, distinct, heapBytes) = ([], [], 0, 0)
    let entries = spilled.lazy.flatMap { zip($0.values, $0.counts) }
    try file.append(entries.map { ($0.sortable, Tally(orders: Int($1))) }, to: number)
  }

  /// The values at these percentages by nearest rank: each is one that occurs. 0 is the least and 100 the greatest; `nil` where there
  /// are no values. `percents` rise. What is in memory is not looked at where there is a file: spill it before.
  mutating func values(at percents: [Int], in file: SpillFile?) throws -> [Value?] {
    var found: [Value?] = []
    var passed = 0
    let ranks = percents.map { max(1, (orders * $0 + 99) / 100) }
    func pass(_ value: @autoclosure () -> Value, _ count: Int) {
      passed += count
      while found.count < ranks.count, ranks[found.count] <= passed { found.append(value()) }
    }
    if let file {
      try file.forEach(in: number) { pass(Value(sortable: $0), $1.orders) }
    } else {
      sortIn()
      for block in blocks {
        for (value, count) in zip(block.values, block.counts) { pass(value, Int(count)) }
      }
    }
    return found + Array(repeating: nil, count: ranks.count - found.count)
  }

  /// Each fresh value goes to the block that it belongs to. A full one is parted, or followed by a new one.
  private mutating func sortIn() {
    fresh.sort()
    if blocks.isEmpty { blocks.append(CountBlock()) }
    var rest = fresh[...]
    var index = 0
    while let value = rest.first {
      while index + 1 < blocks.count, let next = blocks[index + 1].values.first, !(value < next) { index += 1 }
      var own = rest
      if index + 1 < blocks.count, let next = blocks[index + 1].values.first { own = rest.prefix { $0 < next } }
      let new: Int
      (own, new) = blocks[index].fitting(own)
      guard !own.isEmpty else {
        let isBehind = blocks[index].values.last.map { $0 < value } ?? true
        blocks.insert(isBehind ? CountBlock() : blocks[index].part(), at: index + 1)
        if isBehind { index += 1 }
        continue
      }
      rest = rest[own.endIndex...]
      heapBytes -= blocks[index].add(own, new: new)
      distinct += new
    }
    fresh.removeAll(keepingCapacity: true)
  }
}

/// Distinct values in sequence, and how many orders have each. It has its memory from the beginning: blocks that were made anew as
/// values come would leave holes in the memory of each thread that makes some.
private struct CountBlock<Value: Spillable> {
  private static var most: Int { 1024 }
  static var bytes: Int { most * (MemoryLayout<Value>.stride + MemoryLayout<UInt32>.stride) }

  private(set) var values: [Value] = []
  /// A store has fewer orders than a count can hold.
  private(set) var counts: [UInt32] = []

  init() {
    values.reserveCapacity(Self.most)
    counts.reserveCapacity(Self.most)
  }

  /// Moves the upper half to a block of its own.
  mutating func part() -> CountBlock {
    var upper = CountBlock()
    let half = values.count / 2
    upper.values += values[half...]
    upper.counts += counts[half...]
    values.removeSubrange(half...)
    counts.removeSubrange(half...)
    return upper
  }

  /// Those of `fresh`, which are in sequence, up to one that is new and has no room; and how many new ones are among them.
  func fitting(_ fresh: ArraySlice<Value>) -> (ArraySlice<Value>, new: Int) {
    let room = Self.most - values.count
    var (new, index) = (0, 0)
    var last: Value?
    for place in fresh.indices where fresh[place] != last {
      let value = fresh[place]
      last = value
      while index < values.count, values[index] < value { index += 1 }
      guard index == values.count || values[index] != value else { continue }
      if new == room { return (fresh[..<place], new) }
      new += 1
    }
    return (fresh, new)
  }

  /// Adds one order for each of `fresh`, which are in sequence and have room: `new` values are among them (``fitting(_:)``).
  /// Returns the bytes of those that were there already.
  mutating func add(_ fresh: ArraySlice<Value>, new: Int) -> Int {
    guard let least = fresh.first else { return 0 }
    var from = values.count - 1
    values.append(contentsOf: repeatElement(least, count: new))
    counts.append(contentsOf: repeatElement(0, count: new))
    // From the greatest down, each to its last place.
    var to = values.count - 1
    var known = 0
    for value in fresh.reversed() {
      while from >= 0, value < values[from] {
        values[to] = values[from]
        counts[to] = counts[from]
        (from, to) = (from - 1, to - 1)
      }
      if from >= 0, values[from] == value {
        counts[from] += 1
        known += value.heapBytes
      } else if to + 1 < values.count, values[to + 1] == value {
        counts[to + 1] += 1
        known += value.heapBytes
      } else {
        values[to] = value
        counts[to] = 1
        to -= 1
      }
    }
    return known
  }
}
