import StrictJSON

/// The forms of an accepted value. Each takes time linear in the value (and what is filled in), and calls itself for each
/// level of the schema.
extension SchemaNode {
  /// Writes it with members in the order in which the schema declares the properties, at every level. All else stays as it
  /// is.
  func write(_ value: JSON, to writer: inout JSONWriter) {
    switch (shape, value) {
    case (.object(let shape), .object(let members)):
      writer.raw("{")
      shape.write(members, to: &writer)
      writer.raw("}")
    case (.array(let shape), .array(let elements)):
      guard let items = shape.items, items.hasOrder else { return writer.value(value) }
      writer.raw("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { writer.raw(",") }
        items.write(element, to: &writer)
      }
      writer.raw("]")
    default: writer.value(value)
    }
  }

  /// The value in the order of the schema, with the defaults of absent properties in their places.
  func fillingDefaults(_ value: JSON) -> JSON {
    switch (shape, value) {
    case (.object(let shape), .object(let members)): .object(filled(members, shape))
    case (.array(let shape), .array(let elements)):
      if let items = shape.items, items.hasOrder { .array(elements.map(items.fillingDefaults)) } else { value }
    default: value
    }
  }

  /// Merges the members that are there with the defaults of those that aren't.
  private func filled(_ members: [JSON.Member], _ shape: ObjectShape) -> [JSON.Member] {
    var result: [JSON.Member] = []
    var defaults = shape.withDefault[...]
    func addDefaults(before index: Int) {
      while let next = defaults.first, next < index {
        defaults.removeFirst()
        let property = shape.properties[next]
        if let value = property.node.defaultValue { result.append(JSON.Member(property.name, value)) }
      }
    }
    for (index, place) in shape.places(of: members) {
      let member = members[place]
      addDefaults(before: index)
      if defaults.first == index { defaults.removeFirst() }
      guard index < shape.properties.count else {
        result.append(member)
        continue
      }
      result.append(JSON.Member(member.name, shape.properties[index].node.fillingDefaults(member.value)))
    }
    addDefaults(before: .max)
    return result
  }

  /// A value can have members to sort or to fill in.
  private var hasOrder: Bool {
    switch shape {
    case .object: true
    case .array(let shape): shape.items?.hasOrder ?? false
    default: false
    }
  }
}

extension ObjectShape {
  /// Writes the members, in order, without the braces around them.
  func write(_ members: [JSON.Member], to writer: inout JSONWriter) {
    var isFirst = true
    for (index, place) in places(of: members) {
      if !isFirst { writer.raw(",") }
      isFirst = false
      writer.string(members[place].name)
      writer.raw(":")
      if index < properties.count {
        properties[index].node.write(members[place].value, to: &writer)
      } else {
        writer.value(members[place].value)
      }
    }
  }
}
