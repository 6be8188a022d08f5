/// The memory that a document takes as a tree of ``JSON``, estimated from its bytes before the tree is made: an array of a
/// million zeros is two megabytes to send and sixteen to keep, and twice that while it grows.
struct JSONSizes {
  /// Arrays and objects with fewer children grow as these are read.
  static let fewChildren = 8

  /// The numbers of children of the arrays and objects that have at least ``fewChildren``, in the order in which each of
  /// them has read so many.
  private(set) var counts: [Int32] = []
  /// An upper bound of the tree's memory, with what looking for repeated members takes.
  private(set) var treeBytes = 0

  private struct Container {
    let isObject: Bool
    var children = 0
    /// Its place in `counts`.
    var place: Int?
  }

  /// Of bytes that are not JSON the sizes mean nothing.
  init(_ bytes: UnsafeBufferPointer<UInt8>, nesting: Int) {
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
        if stack.count == nesting { return }
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

  /// A string of up to 15 bytes, 17 with its quotes, takes no memory of its own.
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

  /// The capacity of an array that has grown child by child.
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
