import StrictJSON

/// The properties of an object, in the order of the schema. One is found by its name in time linear in the name.
struct ObjectShape: Sendable {
  struct Property: Sendable {
    let name: String
    let node: SchemaNode
  }

  let properties: [Property]
  /// The indices of the properties that must be present.
  let required: [Int]
  /// The indices of the properties with a default.
  let withDefault: [Int]
  private let indices: [ExactText: Int]
  /// The places in ``required`` of the properties that are there.
  private let requirements: [Int: Int]

  /// All names are different, and those in `required` are names of properties.
  init(_ properties: [Property], required: [String]) {
    self.properties = properties
    let indices = Dictionary(uniqueKeysWithValues: properties.enumerated().map { (ExactText($1.name), $0) })
    self.indices = indices
    self.required = required.compactMap { indices[ExactText($0)] }.sorted()
    requirements = Dictionary(uniqueKeysWithValues: self.required.enumerated().map { ($1, $0) })
    withDefault = properties.indices.filter { properties[$0].node.defaultValue != nil }
  }

  func index(of name: String) -> Int? {
    indices[ExactText(name)]
  }

  /// The place in ``required`` of the property with this index.
  func requirement(at index: Int) -> Int? {
    requirements[index]
  }

  /// The members in the order of the schema, each with the index of its property. Unknown members come last and have the
  /// index `Int.max`; they and repeated members keep their order.
  func inOrder(_ members: [JSON.Member]) -> [(index: Int, member: JSON.Member)] {
    let indexed = members.map { (index: index(of: $0.name) ?? .max, member: $0) }
    if zip(indexed, indexed.dropFirst()).allSatisfy({ $0.index <= $1.index }) { return indexed }
    return indexed.indices
      .sorted { (indexed[$0].index, $0) < (indexed[$1].index, $1) }
      .map { indexed[$0] }
  }
}
