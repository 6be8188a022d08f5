/// A value of a YAML document, with its line. There are no anchors, aliases and tags in it, and no key occurs twice in
/// a mapping.
struct YAMLNode: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    /// A text as it is written. A plain one, which has no quotes, may stand for a number, a truth value or nothing.
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    case mapping([Entry])
  }

  struct Entry: Hashable, Sendable {
    let key: String
    /// Of the key.
    let line: Int
    let value: YAMLNode
  }

  /// From 1 on.
  let line: Int
  let content: Content

  /// What it is, for messages.
  var kindOfValue: String {
    switch content {
    case .list: "a list"
    case .mapping: "a mapping"
    case .scalar(let text, let isPlain):
      switch isPlain ? CoreScalar(text) : .text {
      case .text: "the text \(OneLine.quote(text))"
      case .null: text.isEmpty ? "nothing" : text
      case .bool, .number, .foreignNumber: OneLine.text(text)
      }
    }
  }
}
