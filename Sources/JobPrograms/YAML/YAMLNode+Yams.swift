import Yams

extension YAMLNode {
  /// Levels of nesting that a document may have. A schema of the most levels takes two of YAML for each of its own.
  static let deepestLevel = 64

  /// Reads one document. It has to be a mapping or a list or a scalar without anchors, aliases and tags.
  init(document text: String) throws(Fault) {
    do {
      // A resolver without rules: what scalars mean is read from their text, by ``CoreScalar``.
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot(), !Self.isNothing(root) else {
        throw Fault(line: 1, "The file is empty. It needs name, path and program.")
      }
      // Nodes know their anchors only as long as the parser lives.
      self = try withExtendedLifetime(parser) { () throws(Fault) in try YAMLNode(root, level: 1) }
    } catch let fault as Fault {
      throw fault
    } catch let error as YamlError {
      throw Fault(error, in: text)
    } catch {
      throw Fault(line: 1, "This can't be read as YAML: \(error)")
    }
  }

  /// A document with a beginning and no value.
  private static func isNothing(_ root: Node) -> Bool {
    guard case .scalar(let scalar) = root else { return false }
    return scalar.string.isEmpty && scalar.style == .plain
  }

  /// The first anchor ends the reading, in the order of the document: an alias comes after its anchor, so that a small
  /// file with many aliases takes no time.
  private init(_ node: Node, level: Int) throws(Fault) {
    line = node.mark?.line ?? 1
    guard level <= Self.deepestLevel else { throw Fault(line: line, Fault.tooDeep) }
    guard node.anchor == nil else {
      throw Fault(line: line, "Anchors (&) and aliases (*) are not allowed. Write the value where it is needed.")
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      try Self.checkTag(scalar.tag, isQuoted: !isPlain, line: line)
      content = .scalar(scalar.string, isPlain: isPlain)
    case .sequence(let sequence):
      try Self.checkTag(sequence.tag, line: line)
      var elements: [YAMLNode] = []
      for element in sequence { elements.append(try YAMLNode(element, level: level + 1)) }
      content = .list(elements)
    case .mapping(let mapping):
      try Self.checkTag(mapping.tag, line: line)
      var entries: [Entry] = []
      for (key, value) in mapping { entries.append(try Self.entry(key, value, level: level)) }
      content = .mapping(entries)
    case .alias:
      throw Fault(line: line, "Aliases (*) are not allowed. Write the value where it is needed.")
    }
  }

  private static func entry(_ key: Node, _ value: Node, level: Int) throws(Fault) -> Entry {
    let name = try YAMLNode(key, level: level + 1)
    guard case .scalar(let text, _) = name.content else {
      throw Fault(line: name.line, "A key must be a word, not \(name.kindOfValue).")
    }
    return Entry(key: text, line: name.line, value: try YAMLNode(value, level: level + 1))
  }

  /// The tag of a quoted scalar is that of a text; comparing keys gives them the same.
  private static func checkTag(_ tag: Tag, isQuoted: Bool = true, line: Int) throws(Fault) {
    let name = tag.rawValue
    if name.isEmpty || name == Tag.Name.map.rawValue || name == Tag.Name.seq.rawValue { return }
    if name == Tag.Name.str.rawValue { return }
    throw Fault(line: line, "Tags (!) are not allowed. Leave out \(OneLine.quote(name)).")
  }
}
