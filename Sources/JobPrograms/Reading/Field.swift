/// A value of a kind's file, with the words that name it in messages: `limits.memory`.
struct Field: Sendable {
  let name: String
  let node: YAMLNode

  func fault(_ detail: String) -> Fault {
    Fault(line: node.line, "\(name): \(detail)")
  }

  /// A fault of a value of another type.
  func mismatch(_ expected: String) -> Fault {
    fault("This is \(node.kindOfValue). It must be \(expected).")
  }

  /// What is written, without quotes: texts, and numbers and truth values as they stand. Empty only in quotes.
  func word(_ expected: String) throws(Fault) -> String {
    guard case .scalar(let text, let isPlain) = node.content, !(isPlain && text.isEmpty) else {
      throw mismatch(expected)
    }
    guard !text.unicodeScalars.contains("\0") else { throw fault("A text can't have the character U+0000 in it.") }
    return text
  }

  /// A text: a number, a truth value or `null` needs quotes to be one.
  func text(_ expected: String = "a text") throws(Fault) -> String {
    if case .scalar(let text, true) = node.content, CoreScalar(text) != .text {
      throw text.isEmpty ? mismatch(expected) : fault("\(text) is not a text. Write it as \"\(text)\" to make it one.")
    }
    return try word(expected)
  }

  func sentence() throws(Fault) -> String {
    let text = try text().trimmed
    guard !text.isEmpty else { throw fault("This text is empty. Leave it out, or say what people should read.") }
    return text
  }

  func elements(_ expected: String) throws(Fault) -> [Field] {
    guard case .list(let nodes) = node.content else { throw mismatch(expected) }
    return nodes.enumerated().map { Field(name: "\(name)[\($0)]", node: $1) }
  }

  func entries(_ expected: String) throws(Fault) -> [(key: String, line: Int, field: Field)] {
    guard case .mapping(let entries) = node.content else { throw mismatch(expected) }
    return entries.map { (key: $0.key, line: $0.line, field: Field(name: "\(name).\($0.key)", node: $0.value)) }
  }

  func whole(in range: ClosedRange<Int>) throws(Fault) -> Int {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .scalar(let text, true) = node.content, CoreScalar(text) == .number else { throw mismatch(expected) }
    guard let number = Int(text), range.contains(number) else { throw mismatch(expected) }
    return number
  }

  func bytes(in range: ClosedRange<Int>) throws(Fault) -> Int {
    let text = try word("a size. \(ByteCount.rule)")
    guard let bytes = ByteCount.bytes(of: text) else {
      throw fault("\(OneLine.quote(text)) is not a size. \(ByteCount.rule).")
    }
    guard range.contains(bytes) else {
      let (least, most) = (ByteCount.text(range.lowerBound), ByteCount.text(range.upperBound))
      throw fault("\(text) is out of bounds. Allowed is a size from \(least) to \(most).")
    }
    return bytes
  }

  func duration(in range: ClosedRange<Duration>) throws(Fault) -> Duration {
    let text = try word("a time. \(TimeSpan.rule)")
    guard let duration = TimeSpan.duration(of: text) else {
      throw fault("\(OneLine.quote(text)) is not a time. \(TimeSpan.rule).")
    }
    guard range.contains(duration) else {
      let (least, most) = (TimeSpan.text(range.lowerBound), TimeSpan.text(range.upperBound))
      throw fault("\(text) is out of bounds. Allowed is a time from \(least) to \(most).")
    }
    return duration
  }

  func flag() throws(Fault) -> Bool {
    let expected = "yes or no"
    switch try word(expected).lowercased() {
    case "yes", "true": return true
    case "no", "false": return false
    default: throw mismatch(expected)
    }
  }

  /// One of the words of an enum.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type = Choice.self
  ) throws(Fault) -> Choice where Choice.RawValue == String {
    let expected = OneLine.list(Choice.allCases.map(\.rawValue))
    guard let choice = Choice(rawValue: try word(expected)) else { throw mismatch(expected) }
    return choice
  }
}

extension String {
  /// Without blanks and line breaks at both ends.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.prefix(start.count - start.reversed().prefix(while: \.isWhitespace).count))
  }
}
