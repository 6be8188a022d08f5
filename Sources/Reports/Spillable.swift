import StrictJSON

/// What distinct values are counted by: in memory as it is, in a file as bytes that have the same sequence.
protocol Spillable: Hashable, Comparable {
  /// Compared byte by byte they stand in the same sequence as the values.
  var sortable: [UInt8] { get }
  init(sortable: [UInt8])
  /// Bytes of memory that it takes beside its own size.
  var heapBytes: Int { get }
}

/// What Swift's arrays and strings have before their elements, and what an allocator adds.
private let bytesBeside = 48

extension Int64: Spillable {
  var sortable: [UInt8] { UInt64(bitPattern: self ^ .min).bigEndianBytes }
  var heapBytes: Int { 0 }

  init(sortable: [UInt8]) {
    self = Int64(bitPattern: UInt64(bigEndianBytes: sortable[...])) ^ .min
  }
}

extension Decimal: Spillable {
  /// One byte of sign and magnitude, then the limbs from the highest. Those of a negative number are turned round, and a last
  /// one ends them: -1.5 comes before -1.
  var sortable: [UInt8] {
    let magnitude = UInt8(high + 0x20)
    var bytes: [UInt8] = [isZero ? 0x80 : isNegative ? 0x80 - magnitude : 0x80 + magnitude]
    for limb in limbs.reversed() { bytes += (isNegative ? Self.base - limb : limb).bigEndianBytes }
    if isNegative { bytes += UInt64.max.bigEndianBytes }
    return bytes
  }

  init(sortable: [UInt8]) {
    guard let first = sortable.first, first != 0x80 else {
      self = .zero
      return
    }
    let isNegative = first < 0x80
    var limbs = stride(from: 1, to: sortable.count, by: 8).map { UInt64(bigEndianBytes: sortable[$0..<$0 + 8]) }
    if isNegative { limbs = limbs.dropLast().map { Self.base - $0 } }
    let high = (isNegative ? 0x80 - Int(first) : Int(first) - 0x80) - 0x20
    self.init(isNegative: isNegative, limbs: limbs.reversed(), low: high - limbs.count)
  }
}

/// A product. Swift takes text for equal that merely looks alike; two products are the same only with the same bytes.
struct Product: Spillable {
  let name: String

  init(_ name: String) {
    self.name = name
  }

  /// The bytes of UTF-8 have the sequence of the code points.
  var sortable: [UInt8] { Array(name.utf8) }
  var heapBytes: Int { name.utf8.count < 16 ? 0 : bytesBeside + name.utf8.count }

  init(sortable: [UInt8]) {
    name = String(decoding: sortable, as: UTF8.self)
  }

  static func == (one: Product, other: Product) -> Bool { one.name.hasSameBytes(as: other.name) }

  static func < (one: Product, other: Product) -> Bool {
    let (mine, their) = (one.name.utf8.span, other.name.utf8.span)
    let common = min(mine.count, their.count)
    var index = 0
    while index < common, mine[index] == their[index] { index += 1 }
    return index < common ? mine[index] < their[index] : mine.count < their.count
  }

  func hash(into hasher: inout Hasher) {
    var name = name
    name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension UInt64 {
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

  init(bigEndianBytes bytes: ArraySlice<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
