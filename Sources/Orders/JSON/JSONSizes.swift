/// What a document takes as a tree of ``JSON``, seen in its bytes before the tree is made: an array of a million zeros is
/// two megabytes to send and sixteen to keep, and twice that while it grows.
struct JSONSizes {
  /// Arrays and objects with fewer children grow as they come.
  static let fewChildren = 8

  /// How many children each array and object has, of those with ``fewChildren`` at least, in the order in which they come
  /// to have so many.
  private(set) var counts: [Int32] = []
  /// At least as many bytes as the tree takes, with what looking for repeated members takes.
  private(set) var treeBytes = 0

  private struct Container {
    let isObject: Bool
    var children = 0
    /// Its place in `counts`.
    var place: Int?
  }

  /// Of what is no JSON it says anything.
  init(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { read($0) }
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
    var stack: [Container] = []
    var position = 0
    var isEmpty = false
    while position < bytes.count {
      let start = position
      let byte = bytes[position]
      position += 1
      switch byte {
      case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ":"):
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if stack.count == JSONReader.nestingLimit { return }
        stack.append(Container(isObject: byte == UInt8(ascii: "{")))
        isEmpty = true
        continue
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard var container = stack.popLast() else { return }
        if !isEmpty { endChild(of: &container) }
        if let place = container.place { counts[place] = Int32(clamping: container.children) }
        treeBytes += Self.bytes(of: container)
      case UInt8(ascii: ","):
        guard !stack.isEmpty else { return }
        endChild(of: &stack[stack.count - 1])
      case UInt8(ascii: "\""):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
        takeText(position - start)
      default:
        while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
        takeText(position - start)
      }
      isEmpty = false
    }
  }

  private mutating func endChild(of container: inout Container) {
    container.children += 1
    if container.children == Self.fewChildren {
      container.place = counts.count
      counts.append(0)
    }
  }

  /// A string, here with its quotes, keeps up to 15 bytes without memory of its own.
  private mutating func takeText(_ length: Int) {
    if length > 17 { treeBytes += length + 48 }
  }

  private static func bytes(of container: Container) -> Int {
    let (count, header) = (container.children, 48)
    guard count > 0 else { return 0 }
    let child = container.isObject ? MemoryLayout<JSON.Member>.stride : MemoryLayout<JSON>.stride
    guard count >= fewChildren else { return header + capacity(for: count) * child }
    let names = container.isObject ? NamesSoFar.places(for: count) * MemoryLayout<Int32>.stride + header : 0
    return header + count * child + names
  }

  /// That of an array that has grown as its children came.
  private static func capacity(for count: Int) -> Int {
    1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"): true
    default: false
    }
  }
}
