/// Which jobs a list shows.
public struct ListQuery: Hashable, Sendable {
  public var statuses: [StatusDocument.Status] = []
  /// How many a page has; `nil` is as the service likes.
  public var limit: Int?
  public var isNewestFirst = false
  /// What the text of the jobs' results has to have: words, and "phrases". The best match comes first.
  public var words: String?

  public init() {}

  /// With the question mark, where there is anything to ask for.
  var text: String {
    var items = words.map { ["q=\(Self.encoded($0))"] } ?? []
    items += statuses.map { "status=\($0.rawValue)" }
    if let limit { items.append("limit=\(limit)") }
    if isNewestFirst { items.append("order=desc") }
    return items.isEmpty ? "" : "?" + items.joined(separator: "&")
  }

  /// As a value of a query, or a segment of a path (RFC 3986 section 2.1).
  static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      JobReference.isUnreserved(byte)
        ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
