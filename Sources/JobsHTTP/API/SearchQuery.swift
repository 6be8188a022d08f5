import Jobs

/// What a client looks for in the texts of a kind's results, and which page of it. Unknown parameters are ignored; bad values,
/// and parameters of lists that have no meaning here, are refused.
struct SearchQuery: Hashable {
  /// Words, in phrases too.
  static let mostTerms = 32
  /// A page ends there, whatever its limit: each item is cut out of its text.
  static let mostAtOnce = 100

  /// Words and phrases; at least one.
  let terms: [String]
  let limit: Int
  let after: TextMatch.Place?
  private let words: String

  init(_ query: QueryItems) throws(Problem) {
    var values: [String: String] = [:]
    for item in query.items {
      switch item.name {
      case "q", "limit", "after":
        guard values.updateValue(item.value ?? "", forKey: item.name) == nil else {
          throw .badParameter(item.name, "This parameter may be given once.")
        }
        guard item.value != nil else { throw .badParameter(item.name, "This is not UTF-8.") }
      case "order", "status", "ids":
        throw .badParameter(
          item.name, "A search finds complete jobs, best first. It can't have this parameter.")
      default:
        break
      }
    }
    words = values["q"] ?? ""
    terms = Self.terms(of: words)
    let count = terms.reduce(0) { $0 + $1.split { !$0.isLetter && !$0.isNumber }.count }
    guard 1...Self.mostTerms ~= count else {
      throw .badParameter(
        "q",
        terms.isEmpty
          ? "A search has words, or \"phrases\" in quotes."
          : "A search has at most \(Self.mostTerms) words, in phrases too.")
    }
    limit = min(try values["limit"].map(PageQuery.limit) ?? PageQuery.defaultLimit, Self.mostAtOnce)
    after = values["after"].flatMap(Self.place)
    if values["after"] != nil, after == nil { throw .badParameter("after", "This is no cursor of this search.") }
  }

  /// Words between white space, and what is in quotes as one. The last quote may be missing. What has neither letter nor digit
  /// is left out: no text has words of that kind.
  private static func terms(of words: String) -> [String] {
    words.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
      index.isMultiple(of: 2) ? part.split { $0.isWhitespace || $0 == "\0" } : [part]
    }
    .map { String($0.map { $0 == "\0" ? " " : $0 }) }
    .filter { $0.contains { $0.isLetter || $0.isNumber } }
  }

  /// The query of the page behind `place`.
  func next(after place: TextMatch.Place) -> String {
    "q=\(words.percentEncoded)&limit=\(limit)&after=\(Self.cursor(place))"
  }

  // MARK: - The cursor: rank and id, opaque to clients

  private static func cursor(_ place: TextMatch.Place) -> String {
    place.rank.bitPattern.hexadecimal + Cursor(id: place.id).text
  }

  private static func place(_ text: String) -> TextMatch.Place? {
    guard text.utf8.count == 32, let bits = UInt64(text.prefix(16), radix: 16),
      let id = Cursor(String(text.dropFirst(16)))?.id
    else { return nil }
    let place = TextMatch.Place(rank: Double(bitPattern: bits), id: id)
    return place.rank.isFinite && cursor(place) == text ? place : nil
  }
}
