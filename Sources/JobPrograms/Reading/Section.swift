/// A mapping of which every key is known.
struct Section: Sendable {
  let line: Int
  private let name: String
  private let fields: [String: (line: Int, field: Field)]

  /// Throws at the first key that is not in `keys`. `name` is empty for the whole file.
  init(_ node: YAMLNode, name: String, keys: [String]) throws(Fault) {
    guard case .mapping(let entries) = node.content else {
      let place = name.isEmpty ? "This file" : name
      let allowed = keys.joined(separator: ", ")
      throw Fault(
        line: node.line, "\(place) is \(node.kindOfValue). It must be a mapping: key: value, with \(allowed).")
    }
    line = node.line
    self.name = name
    var fields: [String: (line: Int, field: Field)] = [:]
    for entry in entries {
      let path = name.isEmpty ? entry.key : "\(name).\(entry.key)"
      guard keys.contains(entry.key) else { throw Self.unknown(entry, path, keys) }
      fields[entry.key] = (entry.line, Field(name: path, node: entry.value))
    }
    self.fields = fields
  }

  init(_ field: Field, keys: [String]) throws(Fault) {
    try self.init(field.node, name: field.name, keys: keys)
  }

  private static func unknown(_ entry: YAMLNode.Entry, _ path: String, _ keys: [String]) -> Fault {
    let allowed = "Allowed are \(keys.joined(separator: ", "))."
    let near = NearestWord.among(keys, to: entry.key).map { "Is \($0) meant?" }
    return Fault(line: entry.line, "\(OneLine.quote(path)) is not a key that is known here. \(near ?? allowed)")
  }

  subscript(key: String) -> Field? { fields[key]?.field }

  /// Of the key, else of the section.
  func line(of key: String) -> Int { fields[key]?.line ?? line }

  /// Throws where the key is missing; `use` says what it is for, with an example.
  func required(_ key: String, _ use: String) throws(Fault) -> Field {
    guard let field = self[key] else {
      throw Fault(line: line, "\(name.isEmpty ? key : "\(name).\(key)") is missing: \(use).")
    }
    return field
  }

  func whole(_ key: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
    guard let field = self[key] else { return nil }
    return try field.whole(in: range)
  }

  func bytes(_ key: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
    guard let field = self[key] else { return nil }
    return try field.bytes(in: range)
  }

  func duration(_ key: String, in range: ClosedRange<Duration>) throws(Fault) -> Duration? {
    guard let field = self[key] else { return nil }
    return try field.duration(in: range)
  }

  func sentence(_ key: String) throws(Fault) -> String? {
    guard let field = self[key] else { return nil }
    return try field.sentence()
  }
}
