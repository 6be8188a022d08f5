import StrictJSON

/// Checks a value against a node and notes every fault. It stops when ``InvalidBody`` keeps no more. It calls itself for
/// each level of the schema, not of the value, and takes time linear in the value.
struct SchemaCheck {
  private(set) var faults = InvalidBody()
  private var path: JSONPointer

  /// The pointers of faults begin with `path`.
  init(at path: JSONPointer = .root) {
    self.path = path
  }

  mutating func check(_ value: JSON, against node: SchemaNode) {
    if let choices = node.choices {
      // Each choice was checked against the rest of the node when the schema was parsed.
      if !choices.contains(value) { refuse(choices.fault) }
      return
    }
    switch (node.shape, value) {
    case (.any, _), (.boolean, .bool): break
    case (.object(let shape), .object(let members)): check(members, against: shape)
    case (.array(let shape), .array(let elements)): check(elements, against: shape)
    case (.string(let shape), .string(let text)): check(text, against: shape)
    case (.number(let shape), .number(let text)): check(number: text, against: shape)
    case (.array(let shape), _): refuse(shape.items?.shape.type?.arrayFault ?? SchemaType.array.fault)
    default: refuse(node.shape.type?.fault ?? "")
    }
  }

  private mutating func refuse(_ detail: @autoclosure () -> String) {
    faults.add(path, detail())
  }

  private mutating func check(_ members: [JSON.Member], against shape: ObjectShape) {
    withUnsafeTemporaryAllocation(of: Bool.self, capacity: shape.required.count) { isPresent in
      isPresent.initialize(repeating: false)
      for member in members {
        if faults.hasMore { return }
        path.append(member.name)
        if let index = shape.index(of: member.name) {
          let property = shape.properties[index]
          if let requirement = property.requirement { isPresent[requirement] = true }
          check(member.value, against: property.node)
        } else {
          refuse("This member is not known here.")
        }
        path.removeLast()
      }
      for (requirement, index) in shape.required.enumerated() where !isPresent[requirement] {
        if faults.hasMore { return }
        faults.add(path.appending(shape.properties[index].name), "This member is missing.")
      }
    }
  }

  /// Items beyond `maxItems` are not looked at.
  private mutating func check(_ elements: [JSON], against shape: ArrayShape) {
    if let least = shape.minItems, elements.count < least {
      refuse(least == 1 ? "There must be at least one item." : "There must be at least \(least) items.")
    }
    if let most = shape.maxItems, elements.count > most {
      refuse(most == 1 ? "There must be at most one item." : "There must be at most \(most) items.")
    }
    let elements = elements.prefix(shape.maxItems ?? .max)
    if let node = shape.items {
      for (index, element) in elements.enumerated() {
        if faults.hasMore { return }
        path.append(index)
        check(element, against: node)
        path.removeLast()
      }
    }
    if shape.isUnique { checkUnique(elements) }
  }

  private mutating func checkUnique(_ elements: ArraySlice<JSON>) {
    var seen = Set<JSONByValue>(minimumCapacity: elements.count)
    for (index, element) in elements.enumerated() where !seen.insert(JSONByValue(element)).inserted {
      if faults.hasMore { return }
      faults.add(path.appending(index), "This item is there more than once.")
    }
  }

  private mutating func check(_ text: String, against shape: StringShape) {
    // A code point takes one byte at least, so short texts need no counting.
    if let most = shape.maxLength, text.utf8.count > most, text.unicodeScalars.count > most {
      refuse("This must have at most \(most) \(most == 1 ? "character" : "characters").")
    } else if let least = shape.minLength, text.unicodeScalars.count < least {
      refuse(text.isEmpty ? "This must not be empty." : "This must have at least \(least) characters.")
      if text.isEmpty { return }
    }
    if let format = shape.format, !format.admits(text) { refuse(format.fault) }
  }

  private mutating func check(number text: String, against shape: NumberShape) {
    let value = ExactDecimal(text)
    if shape.isInteger, !value.isInteger { refuse(SchemaType.integer.fault) }
    if let limit = shape.minimum, value < limit.value {
      refuse(limit.value.isZero ? "This must not be negative." : "This must be at least \(limit.text).")
    } else if let limit = shape.exclusiveMinimum, value <= limit.value {
      refuse("This must be more than \(limit.text).")
    } else if let limit = shape.maximum, value > limit.value {
      refuse("This must be at most \(limit.text).")
    } else if let limit = shape.exclusiveMaximum, value >= limit.value {
      refuse("This must be less than \(limit.text).")
    }
  }
}
