/// The jobs that are watched, and how far each is known to be.
public struct WatchedJobs: Sendable {
  /// How many ended jobs are remembered where all jobs of a kind are watched.
  static let mostEnded = 100

  /// Each once, in the order they were asked for, or heard of.
  public private(set) var ids: [Int64]
  /// Whether all jobs of a kind are watched: whatever is heard of belongs to them, and there is no end.
  public let isEndless: Bool
  private var known: Set<Int64>
  private var documents: [Int64: StatusDocument] = [:]
  private var missing: [Int64: String] = [:]

  public init(_ ids: [Int64]) {
    var seen: Set<Int64> = []
    self.ids = ids.filter { seen.insert($0).inserted }
    known = seen
    isEndless = false
  }

  private init() {
    (ids, known, isEndless) = ([], [], true)
  }

  /// All jobs of a kind.
  public static var all: WatchedJobs { WatchedJobs() }

  /// Whether nothing is to be heard any more.
  public var isOver: Bool { !isEndless && open.isEmpty }

  /// Those that something is still to be heard of.
  public var open: [Int64] {
    ids.filter { missing[$0] == nil && documents[$0]?.status.isFinal != true }
  }

  public func document(of id: Int64) -> StatusDocument? { documents[id] }

  /// Why there is no such job, where there is none.
  public func absence(of id: Int64) -> String? { missing[id] }

  /// Whether that is news. What has ended stays as it is.
  public mutating func hear(_ document: StatusDocument) -> Bool {
    if isEndless, !known.contains(document.id) {
      // Its end was told, and it is forgotten since.
      if document.isIndexed { return false }
      known.insert(document.id)
      ids.append(document.id)
    }
    guard known.contains(document.id), documents[document.id] != document,
      documents[document.id]?.status.isFinal != true
    else { return false }
    documents[document.id] = document
    missing[document.id] = nil
    if isEndless, document.status.isFinal { forget() }
    return true
  }

  /// Of the jobs that have ended, the oldest.
  private mutating func forget() {
    let open = Set(open)
    let ended = ids.filter { !open.contains($0) }
    guard ended.count > Self.mostEnded else { return }
    let gone = Set(ended.prefix(ended.count - Self.mostEnded))
    ids.removeAll(where: gone.contains)
    known.subtract(gone)
    for id in gone { (documents[id], missing[id]) = (nil, nil) }
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
