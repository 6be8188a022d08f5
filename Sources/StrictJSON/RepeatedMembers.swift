/// The members of a document whose names occurred before in the same object.
public struct RepeatedMembers: Hashable, Sendable {
  /// In document order, up to the limit that was asked for.
  public private(set) var pointers: [JSONPointer] = []
  /// There are more than ``pointers``.
  public private(set) var hasMore = false
  private let limit: Int

  fileprivate init(limit: Int) {
    self.limit = limit
  }

  fileprivate mutating func add(_ pointer: JSONPointer) {
    if pointers.count < limit {
      pointers.append(pointer)
    } else {
      hasMore = true
    }
  }
}

extension JSON {
  /// Finds repeated members at every depth, up to `limit` of them. Names are compared by bytes. Takes time linear in the
  /// document, whatever its names are, and stops at the first repetition beyond the limit.
  public func repeatedMembers(atMost limit: Int) -> RepeatedMembers {
    var found = RepeatedMembers(limit: limit)
    var path = JSONPointer.root
    noteRepeatedMembers(at: &path, in: &found)
    return found
  }

  /// Changes `path` in place, and copies it only for a repetition that is kept.
  private func noteRepeatedMembers(at path: inout JSONPointer, in found: inout RepeatedMembers) {
    switch self {
    case .null, .bool, .number, .string:
      return
    case .array(let elements):
      for (index, element) in elements.enumerated() where element.hasChildren {
        if found.hasMore { return }
        path.append(index)
        element.noteRepeatedMembers(at: &path, in: &found)
        path.removeLast()
      }
    case .object(let members):
      var names = NamesSoFar(of: members)
      for (index, member) in members.enumerated() {
        let isNew = names.takeName(at: index)
        guard !isNew || member.value.hasChildren else { continue }
        if found.hasMore { return }
        path.append(member.name)
        if !isNew { found.add(path) }
        member.value.noteRepeatedMembers(at: &path, in: &found)
        path.removeLast()
      }
    }
  }

  private var hasChildren: Bool {
    switch self {
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    default: false
    }
  }
}

/// The names of an object's members up to one of them. Names are compared by bytes: Swift's `==` makes no difference
/// between canonically equivalent strings.
struct NamesSoFar {
  /// Up to so many names, comparing each with all before it is faster than hashing.
  static let fewMembers = 8

  private let members: [JSON.Member]
  /// Open addressing: zero, or a member's index plus one in the lower bits and a part of its name's hash in the upper bits.
  /// A `Set` of names would take ten times the memory.
  private var table: [UInt32] = []
  private let indexBits: UInt32

  init(of members: [JSON.Member]) {
    self.members = members
    indexBits = (1 << UInt32(Int.bitWidth - members.count.leadingZeroBitCount)) - 1
    if members.count > Self.fewMembers { table = Array(repeating: 0, count: Self.places(for: members.count)) }
  }

  /// A power of two, of which between a fifth and three fifths stay free.
  static func places(for count: Int) -> Int {
    1 << (Int.bitWidth - (count + count / 4).leadingZeroBitCount)
  }

  /// Returns false if an earlier member has the same name. Call it once for each member, in order.
  mutating func takeName(at index: Int) -> Bool {
    let name = members[index].name
    guard !table.isEmpty else { return !members[..<index].contains { $0.name.hasSameBytes(as: name) } }
    let hash = Self.hash(name.utf8)
    var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
    let tag = UInt32(truncatingIfNeeded: hash >> 32) & ~indexBits
    while case let entry = table[place], entry != 0 {
      if entry & ~indexBits == tag, members[Int(entry & indexBits) - 1].name.hasSameBytes(as: name) { return false }
      place = (place + 1) & (table.count - 1)
    }
    table[place] = tag | UInt32(index + 1)
    return true
  }

  /// Odd and different in each process, so that no client can choose names that collide.
  private static let secrets = (UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1)

  /// Takes eight bytes at a time and folds them by a multiplication: a third of `Hasher`'s time for short names.
  private static func hash(_ name: String.UTF8View) -> UInt64 {
    let (seed, factor) = secrets
    func fold(_ hash: UInt64, _ word: UInt64) -> UInt64 {
      let product = (hash ^ word).multipliedFullWidth(by: factor)
      return product.high ^ product.low
    }
    func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
      var (hash, offset, rest) = (seed &+ UInt64(bytes.count), 0, UInt64(0))
      while offset + 8 <= bytes.count {
        hash = fold(hash, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      for byte in bytes[offset...] { rest = rest << 8 | UInt64(byte) }
      return fold(fold(hash, rest), factor)
    }
    return name.withContiguousStorageIfAvailable { hash(UnsafeRawBufferPointer($0)) }
      ?? Array(name).withUnsafeBytes { hash($0) }
  }
}
