public import Jobs

extension SQLiteJobStore {
  public func list(_ query: JobQuery) async throws(StoreError) -> [Job] {
    guard query.limit > 0 else { return [] }
    return try readers.read("list") { connection in
      if let ids = query.ids { return try Self.pick(ids, for: query, from: connection) }
      let page = Query.page(of: query.statuses, ascending: query.ascending, withInput: query.withInput)
      let start = query.after?.rawValue ?? (query.ascending ? 0 : .max)
      return try connection(page).rows(query.kind.rawValue, query.owner.name, start, query.limit, decode: JobRow.decode)
    }
  }

  /// One look-up each, in the page's order, until the page is full.
  private static func pick(_ ids: Set<JobID>, for query: JobQuery, from connection: Connection) throws -> [Job] {
    var page: [Job] = []
    for id in query.ascending ? ids.sorted(by: <) : ids.sorted(by: >) where page.count < query.limit {
      if let after = query.after, query.ascending ? id <= after : id >= after { continue }
      let one = query.withInput ? Query.job : .jobWithoutInput
      guard let job = try connection(one).first(id.rawValue, decode: JobRow.decode) else { continue }
      guard job.kind == query.kind, job.owner == query.owner else { continue }
      if query.statuses.isEmpty || query.statuses.contains(job.status) { page.append(job) }
    }
    return page
  }
}

extension Query {
  /// One page of the jobs in any of `statuses` (none: all). SQLite merges one search of the index for each status, each
  /// in order of id and only as far as the page goes, so that its cost depends on its length alone.
  static func page(of statuses: Set<JobStatus>, ascending: Bool, withInput: Bool) -> Query {
    let all = JobStatus.allCases
    let set = all.indices.reduce(0) { set, index in
      statuses.isEmpty || statuses.contains(all[index]) ? set | 1 << index : set
    }
    return pages[set * 4 + (ascending ? 2 : 0) + (withInput ? 1 : 0)]
  }

  private static let pages: [Query] = (0..<(4 << JobStatus.allCases.count)).map { number in
    let (set, ascending, withInput) = (number / 4, number & 2 != 0, number & 1 != 0)
    let searches = JobStatus.allCases.indices.filter { set & 1 << $0 != 0 }.map { index in
      """
      SELECT \(withInput ? JobRow.columns : JobRow.columnsWithoutInput) FROM job
      WHERE kind = ?1 AND owner = ?2 AND status = '\(JobStatus.allCases[index].rawValue)'
        AND id \(ascending ? ">" : "<") ?3
      """
    }
    return Query(
      searches.joined(separator: "\nUNION ALL\n") + "\nORDER BY id \(ascending ? "ASC" : "DESC") LIMIT ?4")
  }
}
