import StrictJSON

/// A page of a list of one kind's jobs, or of what a search has found.
public struct JobPage: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let id: Int64
    public let status: String
    public let details: Details

    /// Whether a table has columns for how far it is and when it was created.
    public var isShownWithProgress: Bool {
      if case .input = details { true } else { false }
    }
  }

  /// What a list says of a job beside its number and its status.
  public enum Details: Hashable, Sendable {
    /// A job of the kind `order`, with the amount as it was sent.
    case products([String], amount: String)
    /// Of any other kind: the properties of its input that are a text, a number, or true or false.
    case input([Property])
    /// Where the words that were searched for stand: the page of the job's text, and what is around them.
    case match(page: Int64?, snippet: String)
  }

  public struct Property: Hashable, Sendable {
    public let name: String
    public let value: String
  }

  public let entries: [Entry]
  /// All of it, unchanged.
  public let bytes: [UInt8]
  /// The query of the page that follows.
  let next: String?

  public var hasMore: Bool { next != nil }

  /// `nil` where this is no page of jobs of the kind with this path; `isSearch` is whether it was searched for words.
  public init?(_ bytes: [UInt8], of kind: String = ServiceClient.collection, isSearch: Bool = false) {
    guard let json = JSON(document: bytes), let elements = json[kind]?.elements else { return nil }
    var entries: [Entry] = []
    for element in elements {
      guard let id = element["id"]?.integer, let status = element["status"]?.string,
        let details = Details(element, of: kind, isSearch: isSearch)
      else { return nil }
      entries.append(Entry(id: id, status: status, details: details))
    }
    self.entries = entries
    self.bytes = bytes
    // Of the address its query counts: where the service is, is ours to say.
    next = json["next"]?.string.flatMap { next in
      next.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(next[$0...]) }
    }
  }
}

extension JobPage.Details {
  fileprivate init?(_ element: JSON, of kind: String, isSearch: Bool) {
    let details =
      isSearch ? Self.match(element) : kind == ServiceClient.collection ? .products(element) : .input(element)
    guard let details else { return nil }
    self = details
  }

  private static func products(_ element: JSON) -> Self? {
    guard let amount = element["amount"]?.number, let products = element["products"]?.elements else { return nil }
    return .products(products.compactMap(\.string), amount: amount)
  }

  private static func match(_ element: JSON) -> Self? {
    element["snippet"]?.string.map { .match(page: element["page"]?.integer, snippet: $0) }
  }

  private static func input(_ element: JSON) -> Self {
    guard case .object(let members) = element else { return .input([]) }
    return .input(
      members.compactMap { member in
        guard !["id", "status"].contains(member.name), let value = text(member.value) else { return nil }
        return JobPage.Property(name: member.name, value: value)
      })
  }

  private static func text(_ value: JSON) -> String? {
    switch value {
    case .string(let text), .number(let text): text
    case .bool(let isTrue): isTrue ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}
