extension JSON {
  /// The first member of that name; `nil` if this is not an object or has no such member. Names are compared by bytes.
  /// Takes time linear in the number of members.
  public subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.hasSameBytes(as: name) }?.value
  }

  /// Removes all members of that name and returns the first; `nil` if this is not an object or has no such member.
  public mutating func removeMember(_ name: String) -> JSON? {
    guard let value = self[name], case .object(var members) = self else { return nil }
    // A second reference to the members would make removing copy all of them.
    self = .null
    members.removeAll { $0.name.hasSameBytes(as: name) }
    self = .object(members)
    return value
  }
}
