/// The jobs that are watched, and how far each is known to be.
public struct WatchedJobs: Sendable {
  /// Each once, in the order they were asked for.
  public let ids: [Int64]
  private var documents: [Int64: StatusDocument] = [:]
  private var missing: [Int64: String] = [:]

  public init(_ ids: [Int64]) {
    var seen: Set<Int64> = []
    self.ids = ids.filter { seen.insert($0).inserted }
  }

  /// Those that something is still to be heard of.
  public var open: [Int64] {
    ids.filter { missing[$0] == nil && documents[$0]?.status.isFinal != true }
  }

  public func document(of id: Int64) -> StatusDocument? { documents[id] }

  /// Why there is no such job, where there is none.
  public func absence(of id: Int64) -> String? { missing[id] }

  /// Whether that is news. What has ended stays as it is.
  public mutating func hear(_ document: StatusDocument) -> Bool {
    guard ids.contains(document.id), documents[document.id] != document,
      documents[document.id]?.status.isFinal != true
    else { return false }
    documents[document.id] = document
    missing[document.id] = nil
    return true
  }

  /// Whether that is news. What is known to have ended may be gone by now.
  public mutating func miss(_ id: Int64, _ why: String) -> Bool {
    guard open.contains(id) else { return false }
    missing[id] = why
    return true
  }

  /// The gravest of what became of them: failed before cancelled before not found.
  public var exit: ClientExit {
    let outcomes = ids.map { missing[$0] != nil ? .notFound : documents[$0]?.exit ?? .notFinished }
    return [.failed, .cancelled, .notFound, .notFinished].first(where: outcomes.contains) ?? .complete
  }
}
