extension JSON {
  /// The first member of that name; `nil` where this is no object or has none.
  public subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// Takes all members of that name away, and returns the first; `nil` where this is no object or has none.
  mutating func removeMember(_ name: String) -> JSON? {
    guard let value = self[name], case .object(var members) = self else { return nil }
    // Else all of them would be copied.
    self = .null
    members.removeAll { $0.name.utf8.elementsEqual(name.utf8) }
    self = .object(members)
    return value
  }

  /// A job's input, as `Collection.input` made it, read back as an object.
  public init(members: [UInt8]) throws(MalformedJSON) {
    self = try JSONReader.read([UInt8(ascii: "{")] + members + [UInt8(ascii: "}")])
  }

  /// `"file":"a.pdf","pages":3`: a job's input for a `Collection`, in this order.
  public static func members(_ members: KeyValuePairs<String, JSON>) -> [UInt8] {
    var writer = JSONWriter()
    for (index, (name, value)) in members.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(name)
      writer.raw(":")
      writer.value(value)
    }
    return writer.bytes
  }
}

extension JSONWriter {
  /// Any value, numbers with the text they have.
  public mutating func value(_ value: JSON) {
    switch value {
    case .null: raw("null")
    case .bool(let bool): raw(bool ? "true" : "false")
    case .number(let text): raw(text: text)
    case .string(let text): string(text)
    case .array(let elements):
      raw("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { raw(",") }
        self.value(element)
      }
      raw("]")
    case .object(let members):
      raw("{")
      for (index, member) in members.enumerated() {
        if index > 0 { raw(",") }
        string(member.name)
        raw(":")
        self.value(member.value)
      }
      raw("}")
    }
  }
}
