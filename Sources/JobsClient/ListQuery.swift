/// Which jobs a list shows.
public struct ListQuery: Hashable, Sendable {
  public var statuses: [StatusDocument.Status] = []
  /// How many a page has; `nil` is as the service likes.
  public var limit: Int?
  public var isNewestFirst = false

  public init() {}

  /// With the question mark, where there is anything to ask for.
  var text: String {
    var items = statuses.map { "status=\($0.rawValue)" }
    if let limit { items.append("limit=\(limit)") }
    if isNewestFirst { items.append("order=desc") }
    return items.isEmpty ? "" : "?" + items.joined(separator: "&")
  }
}
