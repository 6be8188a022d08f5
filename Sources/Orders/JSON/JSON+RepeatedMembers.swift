extension JSON {
  /// The members, at any depth, whose name was there before in the same object. Takes time linear in the document, and ends
  /// where there are more than are told.
  var repeatedMembers: InvalidBody {
    var found = InvalidBody()
    var path = JSONPointer.root
    noteRepeatedMembers(at: &path, in: &found)
    return found
  }

  /// `path` is changed in place, and copied only for a fault that is kept.
  private func noteRepeatedMembers(at path: inout JSONPointer, in found: inout InvalidBody) {
    switch self {
    case .null, .bool, .number, .string:
      return
    case .array(let elements):
      for (index, element) in elements.enumerated() where element.isContainer {
        if found.hasMore { return }
        path.append(index)
        element.noteRepeatedMembers(at: &path, in: &found)
        path.removeLast()
      }
    case .object(let members):
      var names = NamesSoFar(of: members)
      for (index, member) in members.enumerated() {
        let isNew = names.takeName(at: index)
        guard !isNew || member.value.isContainer else { continue }
        if found.hasMore { return }
        path.append(member.name)
        if !isNew { found.add(path, "This member is there more than once.") }
        member.value.noteRepeatedMembers(at: &path, in: &found)
        path.removeLast()
      }
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}

/// The names of an object's members up to one of them. Names are compared by bytes: Swift's `==` takes canonically
/// equivalent strings for one.
struct NamesSoFar {
  /// So few names are compared with each other faster than hashed.
  static let fewMembers = 8

  private let members: [JSON.Member]
  /// Open addressing: zero, or a member's index and one in the lower bits and some of its name's hash in the upper ones. A
  /// `Set` of names would take ten times the memory.
  private var table: [UInt32] = []
  private let indexBits: UInt32

  init(of members: [JSON.Member]) {
    self.members = members
    indexBits = (1 << UInt32(Int.bitWidth - members.count.leadingZeroBitCount)) - 1
    if members.count > Self.fewMembers { table = Array(repeating: 0, count: Self.places(for: members.count)) }
  }

  /// A power of two; between a fifth and three fifths of it stays free.
  static func places(for count: Int) -> Int {
    1 << (Int.bitWidth - (count + count / 4).leadingZeroBitCount)
  }

  /// False where a member before has the same name. To be called for each member in turn.
  mutating func takeName(at index: Int) -> Bool {
    let name = members[index].name.utf8
    guard !table.isEmpty else { return !members[..<index].contains { Self.same($0.name.utf8, name) } }
    let hash = Self.hash(name)
    var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
    let tag = UInt32(truncatingIfNeeded: hash >> 32) & ~indexBits
    while case let entry = table[place], entry != 0 {
      if entry & ~indexBits == tag, Self.same(members[Int(entry & indexBits) - 1].name.utf8, name) { return false }
      place = (place + 1) & (table.count - 1)
    }
    table[place] = tag | UInt32(index + 1)
    return true
  }

  /// Odd, and others in each process, so that nobody can choose names that collide.
  private static let secrets = (UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1)

  /// Eight bytes at a time, each folded by a multiplication: a third of the time that `Hasher` takes for short names.
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

  private static func same(_ one: String.UTF8View, _ other: String.UTF8View) -> Bool {
    one.count == other.count && one.elementsEqual(other)
  }
}
