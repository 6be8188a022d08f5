import Jobs

/// Which page of a list a client asks for. Unknown parameters are ignored, bad values of known ones are refused.
struct PageQuery: Hashable {
  static let defaultLimit = 50
  static let limits = 1...1000

  private(set) var limit = defaultLimit
  private(set) var isAscending = true
  private(set) var after: JobID?
  private(set) var statuses: Set<JobStatus> = []
  private(set) var ids: Set<JobID>?

  init(target: String) throws(Problem) {
    try self.init(QueryItems(target: target))
  }

  init(_ query: QueryItems) throws(Problem) {
    var seen: Set<String> = []
    // Repeated ones too: the schema counts those.
    var writtenIDs = 0
    for item in query.items {
      switch item.name {
      case "limit", "order", "after":
        guard seen.insert(item.name).inserted else {
          throw .badParameter(item.name, "This parameter may be given once.")
        }
        try setSingle(item.name, item.value ?? "")
      case "status":
        guard let status = item.value.flatMap(Self.status) else {
          let words = JobStatus.allCases.map(\.rawValue).joined(separator: ", ")
          throw .badParameter("status", "A status is one of \(words).")
        }
        statuses.insert(status)
      case "ids":
        try addIDs(item.value ?? "", counting: &writtenIDs)
      default:
        break
      }
    }
  }

  private mutating func setSingle(_ name: String, _ value: String) throws(Problem) {
    switch name {
    case "limit":
      limit = try Self.limit(value)
    case "order":
      guard value == "asc" || value == "desc" else { throw .badParameter(name, "An order is asc or desc.") }
      isAscending = value == "asc"
    default:
      after = Cursor(value)?.id
      if after == nil { throw .badParameter(name, "This is no cursor of this list.") }
    }
  }

  static func limit(_ value: String) throws(Problem) -> Int {
    guard let number = JobID(digits: value), let limit = Int(exactly: number.rawValue), limits ~= limit else {
      let (lowest, highest) = (limits.lowerBound, limits.upperBound)
      throw .badParameter("limit", "A limit is a whole number from \(lowest) to \(highest).")
    }
    return limit
  }

  private mutating func addIDs(_ value: String, counting written: inout Int) throws(Problem) {
    // Taken out, so that inserting copies nothing.
    var found = ids ?? []
    ids = nil
    for text in value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let id = JobID(digits: Substring(text)) else {
        throw .badParameter("ids", "Ids are whole numbers from 1: ids=1,2,3.")
      }
      found.insert(id)
      written += 1
      guard written <= Self.limits.upperBound else {
        throw .badParameter("ids", "There may be at most \(Self.limits.upperBound) ids.")
      }
    }
    ids = found
  }

  private static func status(_ word: String) -> JobStatus? {
    word == "completed" ? .complete : JobStatus(rawValue: word)
  }

  /// The query of the page behind `id`, with the same filters.
  func next(after id: JobID) -> String {
    var query = "limit=\(limit)"
    if !isAscending { query += "&order=desc" }
    for status in JobStatus.allCases where statuses.contains(status) { query += "&status=\(status.rawValue)" }
    if let ids { query += "&ids=" + ids.sorted().map(\.description).joined(separator: ",") }
    return query + "&after=" + Cursor(id: id).text
  }
}
