public import Jobs
public import Kinds
import StrictJSON

extension Kind {
  public static let wordCounts = Kind(
    "count", path: "counts", work: WordCount()
  ) { body throws(InvalidBody) in
    var shape = BodyShape(body, members: ["text"])
    let text = shape.string("text", upTo: 100_000)
    try shape.check()  // a 422 that names every fault
    return JSON.members(["text": .string(text)])
  }
}

/// Counts the words of a text, line by line.
public struct WordCount: Workload {
  public init() {}

  @concurrent
  public func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    guard case .string(let text)? = try JSON(members: input)["text"] else {
      throw JobFailure(code: "no-text", detail: "The stored text can't be read.")
    }
    let lines = text.split(whereSeparator: \.isNewline)  // "\r\n" is one Character
    var words = 0
    for (index, line) in lines.enumerated() {
      try Task.checkCancellation()
      words += line.split(whereSeparator: \.isWhitespace).count
      context.report("count", completed: index + 1, of: lines.count)
    }
    return Array(#"{"words":\#(words)}"#.utf8)
  }
}
