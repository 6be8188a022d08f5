import StrictJSON

/// Makes nodes of a schema, and throws at its first mistake. It calls itself for each level, up to ``deepestLevel``.
struct SchemaParser {
  static let deepestLevel = 16

  /// Names that properties of the top level can't have.
  let reserved: Set<String>

  func root(_ json: JSON) throws(SchemaError) -> (SchemaNode, ObjectShape) {
    if let repeated = json.repeatedMembers(atMost: 1).pointers.first {
      throw SchemaError(repeated, "This member is there more than once.")
    }
    let node = try node(json, at: .root, level: 1)
    guard case .object(let shape) = node.shape else {
      throw SchemaError(JSONPointer.root.appending(SchemaWord.type.rawValue), "This must be object at the top level.")
    }
    return (node, shape)
  }

  private func node(_ json: JSON, at pointer: JSONPointer, level: Int) throws(SchemaError) -> SchemaNode {
    guard level <= Self.deepestLevel else {
      throw SchemaError(pointer, "Schemas can be nested at most \(Self.deepestLevel) levels deep.")
    }
    let words = try SchemaWords(json, at: pointer)
    _ = try (words.text(.title), words.text(.description))
    var node = SchemaNode(shape: try shape(words, level: level))
    try addValues(words, to: &node)
    return node
  }

  private func shape(_ words: SchemaWords, level: Int) throws(SchemaError) -> ValueShape {
    switch words.type {
    case nil: .any
    case .object: .object(try object(words, level: level))
    case .array: .array(try array(words, level: level))
    case .string: .string(try string(words))
    case .integer: .number(try number(words, isInteger: true))
    case .number: .number(try number(words, isInteger: false))
    case .boolean: .boolean
    }
  }

  private func object(_ words: SchemaWords, level: Int) throws(SchemaError) -> ObjectShape {
    var properties: [ObjectShape.Property] = []
    if let value = words[.properties] {
      guard case .object(let members) = value else { throw words.fault(.properties, "This must be an object.") }
      let pointer = words.pointer.appending(SchemaWord.properties.rawValue)
      for member in members {
        if level == 1, reserved.contains(member.name) {
          throw SchemaError(pointer.appending(member.name), "This name is reserved. Give the property another name.")
        }
        let node = try node(member.value, at: pointer.appending(member.name), level: level + 1)
        properties.append(ObjectShape.Property(name: member.name, node: node))
      }
    }
    return ObjectShape(properties, required: try required(words, among: properties))
  }

  private func required(
    _ words: SchemaWords, among properties: [ObjectShape.Property]
  ) throws(SchemaError) -> [String] {
    guard let list = try words.list(.required) else { return [] }
    let known = Set(properties.map { ExactText($0.name) })
    var names = Set<ExactText>()
    for (index, element) in list.enumerated() {
      let pointer = words.pointer.appending(SchemaWord.required.rawValue).appending(index)
      guard case .string(let text) = element else { throw SchemaError(pointer, "This must be a string.") }
      let name = ExactText(text)
      guard known.contains(name) else { throw SchemaError(pointer, "This must be the name of a property.") }
      guard names.insert(name).inserted else { throw SchemaError(pointer, "This name is there more than once.") }
    }
    return names.map(\.text)
  }

  private func array(_ words: SchemaWords, level: Int) throws(SchemaError) -> ArrayShape {
    var items: SchemaNode?
    if let schema = words[.items] {
      items = try node(schema, at: words.pointer.appending(SchemaWord.items.rawValue), level: level + 1)
    }
    let (minItems, maxItems) = (try words.count(.minItems), try words.count(.maxItems))
    try checkOrder(words, .minItems, minItems, .maxItems, maxItems)
    let isUnique = try words.flag(.uniqueItems) ?? false
    return ArrayShape(items: items, minItems: minItems, maxItems: maxItems, isUnique: isUnique)
  }

  private func string(_ words: SchemaWords) throws(SchemaError) -> StringShape {
    var shape = StringShape()
    shape.minLength = try words.count(.minLength)
    shape.maxLength = try words.count(.maxLength)
    try checkOrder(words, .minLength, shape.minLength, .maxLength, shape.maxLength)
    if let name = try words.text(.format) {
      guard let format = StringFormat(rawValue: name) else {
        let formats = StringFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw words.fault(.format, "This must be one of \(formats).")
      }
      shape.format = format
    }
    return shape
  }

  private func number(_ words: SchemaWords, isInteger: Bool) throws(SchemaError) -> NumberShape {
    var shape = NumberShape(isInteger: isInteger)
    shape.minimum = try words.limit(.minimum)
    shape.maximum = try words.limit(.maximum)
    shape.exclusiveMinimum = try words.limit(.exclusiveMinimum)
    shape.exclusiveMaximum = try words.limit(.exclusiveMaximum)
    try checkOrder(words, .minimum, shape.minimum?.value, .maximum, shape.maximum?.value)
    for (low, least, high, most) in [
      (SchemaWord.exclusiveMinimum, shape.exclusiveMinimum, SchemaWord.maximum, shape.maximum),
      (.minimum, shape.minimum, .exclusiveMaximum, shape.exclusiveMaximum),
      (.exclusiveMinimum, shape.exclusiveMinimum, .exclusiveMaximum, shape.exclusiveMaximum),
    ] {
      if let least, let most, least.value >= most.value {
        throw words.fault(low, "This must be less than \"\(high.rawValue)\".")
      }
    }
    return shape
  }

  private func checkOrder<Value: Comparable>(
    _ words: SchemaWords, _ low: SchemaWord, _ least: Value?, _ high: SchemaWord, _ most: Value?
  ) throws(SchemaError) {
    if let least, let most, least > most {
      throw words.fault(low, "This must not be more than \"\(high.rawValue)\".")
    }
  }
}
