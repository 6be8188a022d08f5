import JobService

extension Kind {
  static let wordCount = Kind(
    "word-count", path: "word-counts", title: "Word counts",
    description: "Counts the words of a text.",
    input: """
      {
        "type": "object", "required": ["text"],
        "properties": {
          "text": {"type": "string", "minLength": 1, "maxLength": 100000},
          "least": {"type": "integer", "minimum": 1, "default": 1, "description": "Shorter words don't count."}
        }
      }
      """,
    example: #"{"text":"two words"}"#, work: WordCount())
}

/// Counts the words of a text, line by line.
struct WordCount: Workload {
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    let input = try JSONReader.read(input)
    guard case .string(let text)? = input["text"], case .number(let number)? = input["least"],
      let least = Double(number)
    else { throw JobFailure(code: "unreadable", detail: "The stored input can't be read.") }
    let lines = text.split(whereSeparator: \.isNewline)  // "\r\n" is one Character
    var words = 0
    for (index, line) in lines.enumerated() {
      try Task.checkCancellation()
      words += line.split(whereSeparator: \.isWhitespace).count { Double($0.count) >= least }
      context.report("count", completed: index + 1, of: lines.count)
    }
    return Array(#"{"words":\#(words)}"#.utf8)
  }
}
