import StrictJSON

/// Lines of JSON that a program writes on descriptor 3, cut out of whatever pieces arrive.
struct ProgressLines: Sendable {
  enum News: Hashable, Sendable {
    case progress(step: String, completed: Int, total: Int)
    /// Why the program fails, if it does.
    case error(code: String, detail: String)
  }

  /// The most bytes of a line.
  static let longestLine = 8 << 10

  /// Lines that were too long or are none of the two.
  private(set) var bad = 0
  private var line: [UInt8] = []
  private var isTooLong = false

  /// The lines that `bytes` complete.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [News] {
    var news: [News] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if let one = endLine() { news.append(one) }
      } else if line.count < Self.longestLine {
        line.append(byte)
      } else {
        isTooLong = true
      }
    }
    return news
  }

  /// What stands after the last line's end counts as a line.
  mutating func finish() -> News? {
    line.isEmpty && !isTooLong ? nil : endLine()
  }

  private mutating func endLine() -> News? {
    defer {
      line.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    if !isTooLong {
      if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return nil }
      if let news = Self.read(line) { return news }
    }
    bad += 1
    return nil
  }

  private static func read(_ line: [UInt8]) -> News? {
    guard case .object(let members)? = try? JSONReader.read(line) else { return nil }
    let value = JSON.object(members)
    if let error = value["error"] {
      guard let code = error["code"]?.string else { return nil }
      guard let detail = error["detail"] else { return .error(code: code, detail: "") }
      return detail.string.map { .error(code: code, detail: $0) }
    }
    guard let completed = whole(value["completed"]), let total = whole(value["total"]), completed >= 0, total >= 0
    else {
      return nil
    }
    guard let step = value["step"] else { return .progress(step: "", completed: completed, total: total) }
    return step.string.map { .progress(step: $0, completed: completed, total: total) }
  }

  private static func whole(_ value: JSON?) -> Int? {
    value?.number.flatMap { Int($0) }
  }
}
