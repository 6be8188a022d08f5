import Foundation

/// A file of /proc: words in lines.
struct ProcessFile {
  private let lines: [Substring]

  init?(_ path: String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0) }
  }

  var first: Substring? { lines.first?.split(separator: " ").first }

  func numbers(behind name: String) -> [UInt32] {
    let line = lines.first { $0.hasPrefix(name) }?.dropFirst(name.count) ?? ""
    return line.split { $0 == " " || $0 == "\t" }.compactMap { UInt32($0) }
  }

  /// Of `limits`: how many descriptors the process may have, and how many it may ask for.
  var descriptors: [Int] { numbers(behind: "Max open files").map(Int.init) }
}
