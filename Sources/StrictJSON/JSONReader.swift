/// Reads one JSON document (RFC 8259), strictly: UTF-8 without a byte order mark, no lone surrogates, nothing behind the
/// value. Numbers keep their text and repeated members stay visible.
public struct JSONReader {
  /// Bytes that a tree may take for each of the document's, and beside.
  private static let treeBytesEach = 7
  private static let treeBytesBeside = 704 << 10

  /// Throws at the first fault. Nesting beyond `nesting` is one: the reader calls itself for each level, so a higher
  /// number takes more stack.
  ///
  /// With `boundsMemory` a tree that would take more than seven times the memory of `bytes` and 704 KiB beside is refused
  /// before it is made. Without, each byte of a document can take some 40 bytes of memory.
  public static func read(
    _ bytes: [UInt8], nesting: Int = 32, boundsMemory: Bool = true
  ) throws(MalformedJSON) -> JSON {
    try bytes.withUnsafeBufferPointer { bytes throws(MalformedJSON) in
      var reader = JSONReader(bytes, nesting: nesting, boundsMemory: boundsMemory)
      return try reader.document()
    }
  }

  /// Valid during ``read(_:nesting:boundsMemory:)`` only. Every access is at a `position` before its end.
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  private let boundsMemory: Bool
  private let nestingLimit: Int
  private var depth = 0
  /// The numbers of children of the arrays and objects to come that have at least ``JSONSizes/fewChildren``, in the order
  /// in which each has read so many.
  private var counts: ArraySlice<Int32> = []

  private init(_ bytes: UnsafeBufferPointer<UInt8>, nesting: Int, boundsMemory: Bool) {
    self.bytes = bytes
    nestingLimit = nesting
    self.boundsMemory = boundsMemory
  }

  private mutating func document() throws(MalformedJSON) -> JSON {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark) }
    skipWhitespace()
    if position == bytes.count { throw failure(.empty) }
    // A shorter document can't take much.
    if bytes.count > 4096 { try lookAtSizes() }
    let value = try self.value()
    skipWhitespace()
    if position < bytes.count { throw failure(.trailingBytes) }
    return value
  }

  private mutating func lookAtSizes() throws(MalformedJSON) {
    let sizes = JSONSizes(bytes, nesting: nestingLimit)
    guard !boundsMemory || sizes.treeBytes <= Self.treeBytesEach * bytes.count + Self.treeBytesBeside else {
      throw failure(.tooManyValues)
    }
    counts = sizes.counts[...]
  }

  /// The number of children to make room for, at the moment when there are `count`.
  private mutating func countToReserve(at count: Int) -> Int? {
    count == JSONSizes.fewChildren ? counts.popFirst().map(Int.init) : nil
  }

  private mutating func value() throws(MalformedJSON) -> JSON {
    guard let first = current else { throw failure(.unexpectedEnd) }
    switch first {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw unexpected()
    }
  }

  private mutating func object() throws(MalformedJSON) -> JSON {
    try enter()
    var members: [JSON.Member] = []
    if !take(UInt8(ascii: "}")) {
      repeat {
        skipWhitespace()
        guard current == UInt8(ascii: "\"") else { throw unexpected() }
        let name = try string()
        skipWhitespace()
        guard take(UInt8(ascii: ":")) else { throw unexpected() }
        skipWhitespace()
        members.append(JSON.Member(name, try value()))
        if let count = countToReserve(at: members.count) { members.reserveCapacity(count) }
        skipWhitespace()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "}")) else { throw unexpected() }
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() throws(MalformedJSON) -> JSON {
    try enter()
    var elements: [JSON] = []
    if !take(UInt8(ascii: "]")) {
      repeat {
        skipWhitespace()
        elements.append(try value())
        if let count = countToReserve(at: elements.count) { elements.reserveCapacity(count) }
        skipWhitespace()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "]")) else { throw unexpected() }
    }
    depth -= 1
    return .array(elements)
  }

  /// Takes the opening bracket and what blank follows it.
  private mutating func enter() throws(MalformedJSON) {
    if depth == nestingLimit { throw failure(.tooDeep(limit: nestingLimit)) }
    depth += 1
    position += 1
    skipWhitespace()
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(MalformedJSON) -> JSON {
    for index in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[index]) else { throw unexpected() }
    }
    return value
  }

  private mutating func number() throws(MalformedJSON) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      try digits()
    }
    if let next = current, isDigit(next) { throw failure(.invalidNumber) }
    return asciiText(start..<position)
  }

  private mutating func digits() throws(MalformedJSON) {
    guard let first = current else { throw failure(.unexpectedEnd) }
    guard isDigit(first) else { throw failure(.invalidNumber) }
    while let next = current, isDigit(next) { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private mutating func skipWhitespace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  func failure(_ reason: MalformedJSON.Reason) -> MalformedJSON {
    MalformedJSON(reason: reason, offset: position)
  }

  func unexpected() -> MalformedJSON {
    failure(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
  }
}
