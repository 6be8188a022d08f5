public import Jobs

extension SQLiteJobStore {
  public func list(_ query: JobQuery) async throws(StoreError) -> [Job] {
    guard query.limit > 0 else { return [] }
    return try readers.read("list") { connection in
      if let ids = query.ids { return try Self.pick(ids, for: query, from: connection) }
      guard query.statuses.isEmpty else { return try Self.merge(query, from: connection) }
      var rest = query
      let jobs = try Self.scan(&rest, from: connection)
      guard rest.limit > 0, rest.inputBytes > 0 else { return jobs }
      return jobs + (try Self.merge(rest, from: connection))
    }
  }

  /// Scans the ids that follow the page's start, twice as many as the page has room for. Where nearly all jobs are of one kind
  /// and owner this fills the page, in less time than ``merge(_:from:)``. Reduces `query` to what remains; sets its limit to 0 when
  /// nothing can remain.
  private static func scan(_ query: inout JobQuery, from connection: Connection) throws -> [Job] {
    // An id above it may be given after the scan, which would leave it out: what remains has to begin before it.
    let newest = try connection(.newestID).first { $0.integer(0) } ?? 0
    let after = query.after?.rawValue ?? (query.ascending ? 0 : .max)
    let start = max(0, min(after, query.ascending ? newest : newest + 1))
    let span = 2 * Int64(min(query.limit, 100_000))
    let end = query.ascending ? min(start + span, newest) : start - span
    let scan = Query.scan(ascending: query.ascending, withInput: query.withInput)
    let (jobs, bytes) = try read(upTo: query.inputBytes) { isWanted, decode in
      try connection(scan).rows(
        query.kind.rawValue, query.owner.name, start, query.limit, end, while: isWanted, decode: decode)
    }
    query.inputBytes -= bytes
    query.limit -= jobs.count
    if query.ascending ? end == newest : end <= 1 { query.limit = 0 }
    query.after = JobID(rawValue: end)
    return jobs
  }

  private static func merge(_ query: JobQuery, from connection: Connection) throws -> [Job] {
    let page = Query.page(of: query.statuses, ascending: query.ascending, withInput: query.withInput)
    let start = query.after?.rawValue ?? (query.ascending ? 0 : .max)
    return try read(upTo: query.inputBytes) { isWanted, decode in
      try connection(page).rows(
        query.kind.rawValue, query.owner.name, start, query.limit, while: isWanted, decode: decode)
    }.jobs
  }

  /// Reads rows until their inputs have `limit` bytes. Returns how many they have.
  private static func read(
    upTo limit: Int, _ rows: (_ isWanted: () -> Bool, _ decode: (Columns) throws -> Job) throws -> [Job]
  ) throws -> (jobs: [Job], bytes: Int) {
    var bytes = 0
    func decode(_ row: Columns) throws -> Job {
      let job = try JobRow.decode(row)
      bytes += job.input.count
      return job
    }
    let jobs = try rows({ bytes < limit }, decode)
    return (jobs, bytes)
  }

  /// One look-up each, in the page's order, until the page is full. Of a job that isn't wanted no input is read.
  private static func pick(_ ids: Set<JobID>, for query: JobQuery, from connection: Connection) throws -> [Job] {
    let one = Query.one(of: query.statuses, withInput: query.withInput)
    let ascending = query.ascending
    let left = query.after.map { after in ids.filter { ascending ? $0 > after : $0 < after } } ?? ids
    var page: [Job] = []
    var bytes = 0
    for id in left.sorted(by: ascending ? (<) : (>)) where page.count < query.limit && bytes < query.inputBytes {
      let job = try connection(one).first(
        query.kind.rawValue, query.owner.name, id.rawValue, decode: JobRow.decode)
      guard let job else { continue }
      bytes += job.input.count
      page.append(job)
    }
    return page
  }
}

extension Query {
  /// One page of the jobs in any of `statuses` (none: all). SQLite merges one search of the index for each status, each
  /// in order of id and only as far as the page goes, so that its cost depends on its length alone. Rows are looked into
  /// only for the ids that come of it, one after the other.
  static func page(of statuses: Set<JobStatus>, ascending: Bool, withInput: Bool) -> Query {
    pages[index(of: statuses) * 4 + (ascending ? 2 : 0) + (withInput ? 1 : 0)]
  }

  /// The jobs of a kind and owner with ids beyond `?3`, up to and including `?5`, found by scanning the table in order of id.
  static func scan(ascending: Bool, withInput: Bool) -> Query {
    scans[(ascending ? 2 : 0) + (withInput ? 1 : 0)]
  }

  static let newestID = Query("SELECT max(id) FROM job")

  /// One job of a kind and owner, where it is in any of `statuses` (none: whatever its status).
  static func one(of statuses: Set<JobStatus>, withInput: Bool) -> Query {
    ones[index(of: statuses) * 2 + (withInput ? 1 : 0)]
  }

  /// A bit for each status.
  private static func index(of statuses: Set<JobStatus>) -> Int {
    let all = JobStatus.allCases
    return all.indices.reduce(0) { set, index in
      statuses.isEmpty || statuses.contains(all[index]) ? set | 1 << index : set
    }
  }

  private static func words(ofIndex set: Int) -> [String] {
    JobStatus.allCases.indices.filter { set & 1 << $0 != 0 }.map { "'\(JobStatus.allCases[$0].rawValue)'" }
  }

  private static let pages: [Query] = (0..<(4 << JobStatus.allCases.count)).map { number in
    let (set, ascending, withInput) = (number / 4, number & 2 != 0, number & 1 != 0)
    let searches = words(ofIndex: set).map { word in
      "SELECT id FROM job WHERE kind = ?1 AND owner = ?2 AND status = \(word) AND id \(ascending ? ">" : "<") ?3"
    }
    let direction = ascending ? "ASC" : "DESC"
    return Query(
      """
      SELECT \(withInput ? JobRow.columns : JobRow.columnsWithoutInput) FROM job WHERE id IN (
      \(searches.joined(separator: "\nUNION ALL\n"))
      ORDER BY id \(direction) LIMIT ?4
      ) ORDER BY id \(direction)
      """)
  }

  private static let scans: [Query] = (0..<4).map { number in
    let (ascending, withInput) = (number & 2 != 0, number & 1 != 0)
    return Query(
      """
      SELECT \(withInput ? JobRow.columns : JobRow.columnsWithoutInput) FROM job NOT INDEXED
      WHERE id \(ascending ? "> ?3 AND id <= ?5" : "< ?3 AND id >= ?5") AND kind = ?1 AND owner = ?2
      ORDER BY id \(ascending ? "ASC" : "DESC") LIMIT ?4
      """)
  }

  private static let ones: [Query] = (0..<(2 << JobStatus.allCases.count)).map { number in
    Query(
      """
      SELECT \(number & 1 != 0 ? JobRow.columns : JobRow.columnsWithoutInput) FROM job
      WHERE id = ?3 AND kind = ?1 AND owner = ?2 AND status IN (\(words(ofIndex: number / 2).joined(separator: ", ")))
      """)
  }
}
