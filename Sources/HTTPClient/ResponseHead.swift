/// The status and the fields of an answer.
public struct ResponseHead: Sendable {
  public let status: Int
  /// Names in lower case, in the order they came.
  public internal(set) var fields: [(name: String, value: String)] = []

  /// The first value of a field; `name` in lower case.
  public subscript(_ name: String) -> String? {
    fields.first { $0.name == name }?.value
  }
}

/// Makes a head of the lines that libcurl hands over: those of interim answers (1xx), of the answer, and of its trailer.
struct HeadReader {
  /// Of all these lines together; libcurl limits each line alone.
  static let longest = 64 << 10

  enum Outcome {
    case more
    case head(ResponseHead)
    case tooLong
    case notHTTP
  }

  private var head: ResponseHead?
  private var isOver = false
  private var bytes = 0

  mutating func read(_ line: some Collection<UInt8>) -> Outcome {
    bytes += line.count
    guard bytes <= Self.longest else { return .tooLong }
    // What follows the body decides nothing any more.
    guard !isOver else { return .more }
    let text = String(decoding: line, as: UTF8.self).trimmed
    if text.isEmpty {
      guard let head else { return .notHTTP }
      self.head = nil
      guard head.status >= 200 else { return .more }
      isOver = true
      return .head(head)
    }
    guard var head else {
      let words = text.split(separator: " ", maxSplits: 2)
      guard text.hasPrefix("HTTP/"), words.count >= 2, words[1].utf8.count == 3, let status = Int(words[1]) else {
        return .notHTTP
      }
      self.head = ResponseHead(status: status)
      return .more
    }
    if let first = line.first, first == 0x20 || first == 0x09, !head.fields.isEmpty {
      // A line that continues the one before (RFC 9112 section 5.2).
      head.fields[head.fields.count - 1].value += " " + text
    } else if let colon = text.firstIndex(of: ":") {
      let value = String(text[text.index(after: colon)...]).trimmed
      head.fields.append((text[..<colon].lowercased(), value))
    }
    self.head = head
    return .more
  }
}

extension String {
  /// Without white space and line breaks around it.
  fileprivate var trimmed: String {
    let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0D, 0x0A].contains($0) }
    guard let begin = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
    else {
      return ""
    }
    return String(self[begin...last])
  }
}
