/// A JSON value (RFC 8259) as ``JSONReader`` found it: numbers keep their text, objects their order and repetitions.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The digits as they were sent: `19.90` stays `19.90`, `1e400` is no infinity.
  case number(String)
  case string(String)
  case array([JSON])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSON

    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }
}

extension JSON {
  /// The pointers of all members, at any depth, whose name was there before in the same object.
  var repeatedMembers: [JSONPointer] {
    var found: [JSONPointer] = []
    var path = JSONPointer.root
    collectRepeatedMembers(at: &path, into: &found)
    return found
  }

  private func collectRepeatedMembers(at path: inout JSONPointer, into found: inout [JSONPointer]) {
    switch self {
    case .null, .bool, .number, .string:
      return
    case .array(let elements):
      for (index, element) in elements.enumerated() where element.isContainer {
        path.append(index)
        element.collectRepeatedMembers(at: &path, into: &found)
        path.removeLast()
      }
    case .object(let members):
      var seen = Set<[UInt8]>()
      for (index, member) in members.enumerated() {
        // Names are compared by bytes: Swift's `==` takes canonically equivalent strings for one.
        let isNew =
          members.count <= Self.fewMembers
          ? !members[..<index].contains { $0.name.utf8.elementsEqual(member.name.utf8) }
          : seen.insert(Array(member.name.utf8)).inserted
        guard !isNew || member.value.isContainer else { continue }
        path.append(member.name)
        if !isNew { found.append(path) }
        member.value.collectRepeatedMembers(at: &path, into: &found)
        path.removeLast()
      }
    }
  }

  /// So few names are compared with each other faster than hashed.
  private static let fewMembers = 8

  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}
