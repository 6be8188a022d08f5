/// How many orders have each distinct value. They stand in sequence, so that a value takes little more memory than its own bytes;
/// those that came last wait until they are enough to be sorted in. What has no room in memory any more is in a ``SpillFile``.
struct CountTable<Value: Spillable> {
  /// Distinct values in sequence, at most ``mostEach``. A store has fewer orders than a count can hold.
  private struct Block {
    var values: [Value] = []
    var counts: [UInt32] = []
  }

  private static var mostEach: Int { 1024 }
  private static var fewestFresh: Int { 4096 }
  /// What an allocator and two arrays take for each block.
  private static var bytesBeside: Int { 112 }

  /// Its number in the file.
  let number: Int
  private var blocks: [Block] = []
  private var fresh: [Value] = []
  private var distinct = 0
  private var heapBytes = 0
  private(set) var orders = 0

  init(number: Int) {
    self.number = number
  }

  /// Of memory, with what sorting takes.
  var bytes: Int {
    distinct * (MemoryLayout<Value>.stride + MemoryLayout<UInt32>.stride) + blocks.count * Self.bytesBeside
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

  /// Each fresh value goes to the block that it belongs to; a block that becomes too long is parted.
  private mutating func sortIn() {
    fresh.sort()
    let old = blocks.isEmpty ? [Block()] : blocks
    blocks = []
    distinct = 0
    var rest = fresh[...]
    for (index, block) in old.enumerated() {
      let next = index + 1 < old.count ? old[index + 1].values.first : nil
      let own = next.map { next in rest.prefix { $0 < next } } ?? rest
      rest = rest[own.endIndex...]
      let whole = own.isEmpty ? block : merged(block, own)
      distinct += whole.values.count
      if whole.values.count <= Self.mostEach {
        if !whole.values.isEmpty { blocks.append(whole) }
      } else {
        let parts = (whole.values.count * 2 + Self.mostEach - 1) / Self.mostEach
        for part in 0..<parts {
          let range = whole.values.count * part / parts..<whole.values.count * (part + 1) / parts
          blocks.append(Block(values: Array(whole.values[range]), counts: Array(whole.counts[range])))
        }
      }
    }
    fresh.removeAll(keepingCapacity: true)
  }

  private mutating func merged(_ block: Block, _ fresh: ArraySlice<Value>) -> Block {
    var merged = Block()
    merged.values.reserveCapacity(block.values.count + fresh.count)
    merged.counts.reserveCapacity(block.values.count + fresh.count)
    var index = 0
    for value in fresh {
      while index < block.values.count, !(value < block.values[index]) {
        merged.values.append(block.values[index])
        merged.counts.append(block.counts[index])
        index += 1
      }
      if let last = merged.values.last, last == value {
        merged.counts[merged.counts.count - 1] += 1
        heapBytes -= value.heapBytes
      } else {
        merged.values.append(value)
        merged.counts.append(1)
      }
    }
    merged.values += block.values[index...]
    merged.counts += block.counts[index...]
    return merged
  }
}
