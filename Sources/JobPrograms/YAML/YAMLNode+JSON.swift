import StrictJSON

/// A YAML value as JSON, and where each part of it stands in the file.
struct PlacedJSON: Sendable {
  let json: JSON
  private var lines: [JSONPointer: Int] = [:]

  /// Numbers keep their digits. Throws where a number is written as JSON doesn't know it. Nesting is bounded by the
  /// reader of the document.
  init(_ node: YAMLNode) throws(Fault) {
    var lines: [JSONPointer: Int] = [:]
    json = try Self.json(node, at: .root, line: node.line, &lines)
    self.lines = lines
  }

  /// The line of the value that the pointer names, or of the nearest one around it that is there.
  func line(of pointer: JSONPointer) -> Int? {
    var place = pointer
    while true {
      if let line = lines[place] { return line }
      if place == .root { return nil }
      place.removeLast()
    }
  }

  /// `line` is that of the key, where there is one: it is what an editor should open.
  private static func json(
    _ node: YAMLNode, at pointer: JSONPointer, line: Int, _ lines: inout [JSONPointer: Int]
  ) throws(Fault) -> JSON {
    lines[pointer] = line
    switch node.content {
    case .scalar(let text, let isPlain): return isPlain ? try plain(text, line: node.line) : .string(text)
    case .list(let nodes):
      var elements: [JSON] = []
      for (index, element) in nodes.enumerated() {
        elements.append(try json(element, at: pointer.appending(index), line: element.line, &lines))
      }
      return .array(elements)
    case .mapping(let entries):
      var members: [JSON.Member] = []
      for entry in entries {
        let value = try json(entry.value, at: pointer.appending(entry.key), line: entry.line, &lines)
        members.append(JSON.Member(entry.key, value))
      }
      return .object(members)
    }
  }

  private static func plain(_ text: String, line: Int) throws(Fault) -> JSON {
    switch CoreScalar(text) {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .number: return .number(text)
    case .text: return .string(text)
    case .foreignNumber:
      throw Fault(
        line: line,
        "\(text) is not a number in JSON. Write it as JSON does, such as 7 or 0.5, or as the text \"\(text)\".")
    }
  }
}
