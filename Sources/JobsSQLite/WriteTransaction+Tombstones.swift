internal import Jobs

/// Tombstones that nobody follows any more become ranges: neighbouring ids of one kind and owner share a row, so that what
/// has expired takes no room of its own, however much it is. The newest stay single, each with its change number, so that
/// event streams can go on behind them.
///
/// Where ids of many owners alternate the ranges are short, and their number has a bound too: the oldest are forgotten, and
/// their ids are unknown from then on.
extension WriteTransaction {
  /// So many single tombstones stay, and so many more may be there until some are put together.
  static let newestTombstones = 10_000
  private static let slack = 500
  private static let atOnce = 1000
  static let mostRanges: Int64 = 100_000

  /// Puts some of the oldest tombstones together, where there are more than enough. Returns how many.
  func foldTombstones(
    keeping newest: Int = newestTombstones, slack: Int = slack, ranges most: Int64 = mostRanges
  ) throws -> Int {
    guard try connection(.tombstoneFromNewest).first(newest + slack, decode: { _ in true }) != nil,
      let limit = try connection(.tombstoneFromNewest).first(newest, decode: { $0.integer(0) })
    else { return 0 }
    let stones = try connection(.oldestTombstones).rows(limit, Self.atOnce, decode: JobRow.tombstone)
    guard let last = stones.last else { return 0 }
    for (place, stones) in Dictionary(grouping: stones, by: { Place(kind: $0.kind, owner: $0.owner) }) {
      for run in IDRange.runs(of: stones.map(\.id.rawValue)) { try bury(run, at: place, last) }
    }
    try connection(.dropTombstones).run(last.change)
    try connection(.noteFolded).run(last.change)
    try forgetRanges(beyond: most)
    return stones.count
  }

  private struct Place: Hashable {
    let kind: JobKind
    let owner: JobOwner
  }

  /// Adds a range, or makes its neighbours one with it.
  private func bury(_ run: IDRange, at place: Place, _ newest: Tombstone) throws {
    var run = run
    let (kind, owner) = (place.kind.rawValue, place.owner.name)
    let before = try connection(.rangeFrom).first(run.first) { IDRange(first: $0.integer(0), last: $0.integer(1)) }
    let after = try connection(.rangeOf).first(run.last + 1) { IDRange(first: $0.integer(0), last: $0.integer(1)) }
    for neighbour in [before, after].compactMap({ $0 })
    where neighbour.last + 1 == run.first || neighbour.first == run.last + 1 {
      guard try connection(.dropRange).run(neighbour.first, kind, owner) == 1 else { continue }
      run = IDRange(first: min(run.first, neighbour.first), last: max(run.last, neighbour.last))
    }
    try connection(.insertRange).run(
      run.first, run.last, kind, owner, newest.change, newest.expiredAt.milliseconds)
  }

  private func forgetRanges(beyond most: Int64) throws {
    let excess = try (connection(.rangeCount).first { $0.integer(0) } ?? 0) - most
    guard excess > 0 else { return }
    let ids = try connection(.oldestRanges).rows(excess) { IDRange(first: $0.integer(0), last: $0.integer(1)) }
    guard let last = ids.last else { return }
    try connection(.dropRanges).run(last.first)
    try connection(.noteForgotten).run(ids.reduce(0) { $0 + $1.count })
  }
}

extension Query {
  /// The change of the tombstone before which so many newer ones are.
  static let tombstoneFromNewest = Query(
    "SELECT change FROM tombstone INDEXED BY tombstone_changed ORDER BY change DESC LIMIT 1 OFFSET ?")
  static let oldestTombstones = Query(
    """
    SELECT \(JobRow.columnsOfTombstone) FROM tombstone INDEXED BY tombstone_changed
    WHERE change <= ? ORDER BY change LIMIT ?
    """)
  static let dropTombstones = Query("DELETE FROM tombstone WHERE change <= ?")
  static let noteFolded = Query("UPDATE store SET folded_change = ?")
  static let rangeFrom = Query("SELECT first, last FROM tombstone_range WHERE first < ? ORDER BY first DESC LIMIT 1")
  static let rangeOf = Query("SELECT first, last FROM tombstone_range WHERE first = ?")
  static let dropRange = Query("DELETE FROM tombstone_range WHERE first = ? AND kind = ? AND owner = ?")
  static let insertRange = Query(
    "INSERT INTO tombstone_range (first, last, kind, owner, change, expired_at) VALUES (?, ?, ?, ?, ?, ?)")
  static let rangeCount = Query("SELECT count(*) FROM tombstone_range")
  static let oldestRanges = Query("SELECT first, last FROM tombstone_range ORDER BY first LIMIT ?")
  static let dropRanges = Query("DELETE FROM tombstone_range WHERE first <= ?")
  static let noteForgotten = Query("UPDATE store SET forgotten = forgotten + ?")
  /// The range that an id is in, if any, in a tombstone's columns.
  static let tombstoneInRange = Query(
    """
    SELECT ?1, kind, owner, NULL, 0, 0, 0, NULL, 0, 0, NULL, NULL, change, 0, NULL, expired_at, NULL, NULL
    FROM (SELECT * FROM tombstone_range WHERE first <= ?1 ORDER BY first DESC LIMIT 1) WHERE last >= ?1
    """)
}
