import StrictJSON

/// A page of a list.
public struct JobPage: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let id: Int64
    public let status: String
    /// As it was sent.
    public let amount: String
    public let products: [String]
  }

  public let entries: [Entry]
  /// All of it, unchanged.
  public let bytes: [UInt8]
  /// The query of the page that follows.
  let next: String?

  public var hasMore: Bool { next != nil }

  /// `nil` where this is no page of jobs.
  public init?(_ bytes: [UInt8]) {
    guard let json = JSON(document: bytes), let elements = json[ServiceClient.collection]?.elements else { return nil }
    var entries: [Entry] = []
    for element in elements {
      guard let id = element["id"]?.integer, let status = element["status"]?.string,
        let amount = element["amount"]?.number, let products = element["products"]?.elements
      else { return nil }
      entries.append(Entry(id: id, status: status, amount: amount, products: products.compactMap(\.string)))
    }
    self.entries = entries
    self.bytes = bytes
    // Of the address its query counts: where the service is, is ours to say.
    next = json["next"]?.string.flatMap { next in
      next.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(next[$0...]) }
    }
  }
}
