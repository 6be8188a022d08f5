import Kinds
import StrictJSON

enum CurlLine {
  /// A command that submits one job: JSON for a kind without files, else a form.
  static func text(for kind: KindFile, service: String) -> String {
    let (input, isAccepted) = SampleInput.make(for: kind.schema, declared: kind.input)
    let json = SchemaExplanation.json(input)
    var words = ["curl -i", ShellWord.quoted("\(service)/\(kind.path)")]
    if kind.files.isEmpty {
      words.append("--json \(ShellWord.quoted(json))")
    } else {
      for files in kind.files where files.count.lowerBound > 0 || kind.files.count == 1 {
        let file = "\(files.name)=@\(files.name)\(ending(of: files.types.first))"
        // A few will do to show how.
        words += Array(repeating: "-F \(ShellWord.quoted(file))", count: min(max(files.count.lowerBound, 1), 3))
      }
      // curl ends a value at a semicolon.
      let value = json.replacing(";", with: #"\u003b"#)
      if input != .object([]) { words.append("-F \(ShellWord.quoted("input=\(value);type=application/json"))") }
    }
    return words.joined(separator: " ") + (isAccepted ? "" : "  # change the input: the schema refuses this one")
  }

  private static func ending(of type: String?) -> String {
    guard let name = type?.split(separator: "/").last else { return "" }
    switch name {
    case "jpeg": return ".jpg"
    case "plain": return ".txt"
    default: return name.utf8.allSatisfy { KindReader.isLetter($0) || KindReader.isDigit($0) } ? ".\(name)" : ""
    }
  }
}

enum ShellWord {
  /// As a POSIX shell reads it back.
  static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { KindReader.isUnreserved($0) || "/:@=%+,".utf8.contains($0) }
    if isPlain, !text.isEmpty, !text.hasPrefix("~") { return text }
    return "'" + text.replacing("'", with: #"'\''"#) + "'"
  }
}
