/// Values and their tallies as bytes, one after the other: written, then read in the same sequence.
struct SpillBlock {
  private(set) var bytes: [UInt8] = []
  private var position = 0

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func append(_ value: [UInt8], _ tally: Tally) {
    append(value)
    append(number: UInt64(tally.orders))
    append(tally.amount.isZero ? [] : tally.amount.sortable)
  }

  /// The value that comes next; `nil` behind the last one. Its tally follows.
  mutating func nextValue() -> [UInt8]? {
    position < bytes.count ? next() : nil
  }

  mutating func nextTally() -> Tally {
    let orders = Int(nextNumber())
    return Tally(orders: orders, amount: Decimal(sortable: next()))
  }

  private mutating func append(_ text: [UInt8]) {
    append(number: UInt64(text.count))
    bytes += text
  }

  private mutating func next() -> [UInt8] {
    let count = Int(nextNumber())
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Seven bits a byte, the lowest first; the last byte alone is below 128.
  private mutating func append(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func nextNumber() -> UInt64 {
    var (number, shift) = (0 as UInt64, 0 as UInt64)
    while true {
      let byte = bytes[position]
      position += 1
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
  }
}
