import StrictJSON

/// The words whose values are values of the schema itself. Each of these must be one that the schema accepts.
extension SchemaParser {
  func addValues(_ words: SchemaWords, to node: inout SchemaNode) throws(SchemaError) {
    if let values = try words.list(.enum) {
      if values.isEmpty { throw words.fault(.enum, "This must have at least one value.") }
      try accept(values, of: .enum, words, as: node)
      var seen = Set<JSONByValue>()
      for (index, value) in values.enumerated() where !seen.insert(JSONByValue(value)).inserted {
        throw SchemaError(place(of: .enum, words).appending(index), "This value is there more than once.")
      }
      node.choices = Choices(values)
    }
    if let value = words[.const] {
      try accept(value, at: place(of: .const, words), as: node)
      node.choices = Choices([value])
    }
    if let value = words[.default] {
      try accept(value, at: place(of: .default, words), as: node)
      node.defaultValue = node.fillingDefaults(value)
    }
    if let values = try words.list(.examples) { try accept(values, of: .examples, words, as: node) }
  }

  private func place(of word: SchemaWord, _ words: SchemaWords) -> JSONPointer {
    words.pointer.appending(word.rawValue)
  }

  private func accept(
    _ values: [JSON], of word: SchemaWord, _ words: SchemaWords, as node: SchemaNode
  ) throws(SchemaError) {
    for (index, value) in values.enumerated() {
      try accept(value, at: place(of: word, words).appending(index), as: node)
    }
  }

  private func accept(_ value: JSON, at pointer: JSONPointer, as node: SchemaNode) throws(SchemaError) {
    var check = SchemaCheck(at: pointer)
    check.check(value, against: node)
    if let fault = check.faults.violations.first {
      throw SchemaError(fault.pointer, "The schema itself refuses this value: \(fault.detail)")
    }
  }
}
