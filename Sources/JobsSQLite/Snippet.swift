internal import Foundation

/// Some of a passage for people, in one line.
enum Snippet {
  private static let before = 60
  private static let length = 200

  /// Around the first of `terms` that is in the text, whatever its case and accents. Where none shows, as the index may know
  /// more spellings, it is the beginning.
  static func of(_ text: String, around terms: [String]) -> String {
    let line = oneLine(text[...])
    let found = terms.lazy.compactMap { place(of: oneLine($0[...]), in: line) }.first
    var start = line.startIndex
    if let found {
      start = line.index(found, offsetBy: -before, limitedBy: line.startIndex) ?? line.startIndex
      // A whole word is the first.
      if start > line.startIndex, let space = line[start..<found].firstIndex(of: " ") {
        start = line.index(after: space)
      }
    }
    let end = line.index(start, offsetBy: length, limitedBy: line.endIndex) ?? line.endIndex
    return (start > line.startIndex ? "…" : "") + line[start..<end] + (end < line.endIndex ? "…" : "")
  }

  private static func oneLine(_ text: Substring) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Where the term stands as whole words, else where it stands at all.
  private static func place(of term: String, in line: String) -> String.Index? {
    var part: String.Index?
    var rest = line.startIndex..<line.endIndex
    while let found = line.range(of: term, options: [.caseInsensitive, .diacriticInsensitive], range: rest) {
      let isWhole =
        (found.lowerBound == line.startIndex || !isWord(line[line.index(before: found.lowerBound)]))
        && (found.upperBound == line.endIndex || !isWord(line[found.upperBound]))
      if isWhole { return found.lowerBound }
      part = part ?? found.lowerBound
      rest = found.upperBound..<line.endIndex
    }
    return part
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
