import StrictJSON

/// The properties of an object, in the order of the schema. One is found by its name in time linear in the name.
final class ObjectShape: Sendable {
  struct Property: Sendable {
    let name: String
    let node: SchemaNode
    /// Its place in ``ObjectShape/required``.
    fileprivate(set) var requirement: Int?

    init(name: String, node: SchemaNode) {
      (self.name, self.node) = (name, node)
    }
  }

  /// Up to so many names, comparing with each is faster than hashing.
  private static let fewProperties = 8

  let properties: [Property]
  /// The indices of the properties that must be present.
  let required: [Int]
  /// The indices of the properties with a default.
  let withDefault: [Int]
  private let names: [String]
  private let indices: [ExactText: Int]

  /// All names are different, and those in `required` are names of properties.
  init(_ properties: [Property], required: [String]) {
    names = properties.map(\.name)
    let indices = Dictionary(uniqueKeysWithValues: properties.enumerated().map { (ExactText($1.name), $0) })
    self.indices = indices
    self.required = required.compactMap { indices[ExactText($0)] }.sorted()
    withDefault = properties.indices.filter { properties[$0].node.defaultValue != nil }
    var properties = properties
    for (requirement, index) in self.required.enumerated() { properties[index].requirement = requirement }
    self.properties = properties
  }

  func index(of name: String) -> Int? {
    guard names.count > Self.fewProperties else { return names.firstIndex { $0.hasSameBytes(as: name) } }
    return indices[ExactText(name)]
  }

  /// Where the members are in the order of the schema, each with the index of its property. Unknown members come last and
  /// have the index `Int.max`; they and repeated members keep their order.
  func places(of members: [JSON.Member]) -> [(property: Int, member: Int)] {
    let places = members.enumerated().map { (property: index(of: $1.name) ?? .max, member: $0) }
    let areSorted = zip(places, places.dropFirst()).allSatisfy { $0.property <= $1.property }
    return areSorted ? places : places.sorted { $0 < $1 }
  }
}
