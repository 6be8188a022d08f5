import Yams

extension Fault {
  /// What the parser found, with what to do about the mistakes that are made most.
  init(_ error: YamlError, in text: String) {
    switch error {
    case .parser(_, let problem, let mark, _) where problem.contains("nesting level"):
      self.init(line: mark.line, Self.tooDeep)
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      let hint = Self.hint(problem, line: Self.line(mark.line, of: text), column: mark.column)
      self.init(line: mark.line, "This is not YAML: \(problem). \(hint)")
    case .composer(_, let problem, let mark, _):
      self.init(line: mark.line, Self.composing(problem))
    case .duplicatedKeysInMapping(let keys, let context):
      let key = OneLine.quote(keys.first ?? "")
      self.init(line: context.mark.line, "\(key) is there more than once, first in this line. Once is allowed.")
    case .reader(let problem, let offset, _, let text):
      let line = 1 + text.prefix(offset ?? 0).count { $0.isNewline }
      self.init(line: line, "This is not YAML: \(problem). Write such characters as \"\\x07\", in double quotes.")
    case .memory:
      self.init(line: 1, Self.tooDeep)
    default:
      self.init(line: 1, "This can't be read as YAML: \(error)")
    }
  }

  static let tooDeep = "Values can be nested at most \(YAMLNode.deepestLevel) levels deep."

  private static func composing(_ problem: String) -> String {
    if problem.contains("another document") {
      return "A second document begins here. A file declares one kind: give the other one a file of its own."
    }
    if problem.contains("alias") { return "Aliases (*) are not allowed. Quote a text that begins with *." }
    return "This is not YAML: \(problem)."
  }

  private static func hint(_ problem: String, line: Substring, column: Int) -> String {
    let start = line.unicodeScalars.dropFirst(column - 1).first
    if start == "\t" || line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "Tabs can't indent: use blanks."
    }
    if problem.contains("cannot start any token") { return "Quote a text that begins with such a character." }
    if problem.contains("mapping values") { return "Check the indentation, and quote a text that has \": \" in it." }
    if problem.contains("could not find expected ':'") { return "A key is followed by a colon and a blank." }
    return "Check the indentation, brackets and quotes, here and in the lines above."
  }

  private static func line(_ number: Int, of text: String) -> Substring {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: number, omittingEmptySubsequences: false)
    return number <= lines.count ? Substring(lines[number - 1]) : ""
  }
}
