import Jobs

/// Which jobs a stream tells of.
struct EventFilter: Hashable {
  /// The snapshot shows only these; empty: all.
  let statuses: Set<JobStatus>
  let ids: Set<JobID>?
  /// How many the snapshot shows.
  let limit: Int
  /// What a job that was shown can come to: its client has to learn that it is no longer what was asked for.
  private let followed: Set<JobStatus>

  /// The filters of a list: `limit`, `status`, `ids`.
  init(_ page: PageQuery) {
    statuses = page.statuses
    ids = page.ids
    limit = page.limit
    followed = page.statuses.reduce(into: []) { $0.formUnion($1.reachable) }
  }

  func admits(_ item: JobNews.Item) -> Bool {
    switch item {
    case .job(let job): (ids?.contains(job.id) ?? true) && (followed.isEmpty || followed.contains(job.status))
    case .expired(let stone): ids?.contains(stone.id) ?? true
    }
  }
}

extension JobStatus {
  /// This status, and all that some events lead to from here.
  var reachable: Set<JobStatus> {
    var found: Set = [self]
    var edge = [self]
    while let status = edge.popLast() {
      for next in JobEvent.allCases.compactMap(status.after) where found.insert(next).inserted { edge.append(next) }
    }
    return found
  }
}
