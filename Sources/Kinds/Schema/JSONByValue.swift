import StrictJSON

/// A JSON value under the equality of JSON Schema: numbers are equal by value (`1` and `1.0`), objects whatever the order of
/// their members, strings by their code points. Comparing and hashing call themselves for each level of the value, which
/// its reader bounds.
struct JSONByValue: Hashable, Sendable {
  let json: JSON

  init(_ json: JSON) {
    self.json = json
  }

  static func == (lhs: JSONByValue, rhs: JSONByValue) -> Bool {
    switch (lhs.json, rhs.json) {
    case (.null, .null): return true
    case (.bool(let one), .bool(let other)): return one == other
    case (.number(let one), .number(let other)): return ExactDecimal(one) == ExactDecimal(other)
    case (.string(let one), .string(let other)): return ExactText(one) == ExactText(other)
    case (.array(let one), .array(let other)):
      return one.count == other.count && zip(one, other).allSatisfy { JSONByValue($0) == JSONByValue($1) }
    case (.object(let one), .object(let other)):
      guard one.count == other.count else { return false }
      return zip(sorted(one), sorted(other)).allSatisfy {
        ExactText($0.name) == ExactText($1.name) && JSONByValue($0.value) == JSONByValue($1.value)
      }
    default: return false
    }
  }

  /// Members of the same name keep their order, so that the equality holds for objects with repeated members too.
  private static func sorted(_ members: [JSON.Member]) -> [JSON.Member] {
    members.indices.sorted { one, other in
      let (name, otherName) = (members[one].name, members[other].name)
      if ExactText(name) == ExactText(otherName) { return one < other }
      return name.utf8.lexicographicallyPrecedes(otherName.utf8)
    }.map { members[$0] }
  }

  func hash(into hasher: inout Hasher) {
    switch json {
    case .null: hasher.combine(0)
    case .bool(let bool): hasher.combine(bool)
    case .number(let text): hasher.combine(ExactDecimal(text))
    case .string(let text): hasher.combine(ExactText(text))
    case .array(let elements):
      hasher.combine(elements.count)
      for element in elements { hasher.combine(JSONByValue(element)) }
    case .object(let members):
      // A sum, because the order of the members makes no difference.
      var sum = 0
      for member in members {
        var memberHasher = Hasher()
        memberHasher.combine(ExactText(member.name))
        memberHasher.combine(JSONByValue(member.value))
        sum &+= memberHasher.finalize()
      }
      hasher.combine(sum)
    }
  }
}
