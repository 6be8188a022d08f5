internal import Jobs

/// The text of one statement, known by identity, so that finding the prepared one costs no hashing of SQL.
final class Query: Sendable, Hashable {
  let sql: String

  init(_ sql: String) {
    self.sql = sql
  }

  static func == (lhs: Query, rhs: Query) -> Bool { lhs === rhs }

  func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }

  static let begin = Query("BEGIN IMMEDIATE")
  static let beginRead = Query("BEGIN")
  static let commit = Query("COMMIT")
  static let savepoint = Query("SAVEPOINT operation")
  static let releaseOperation = Query("RELEASE operation")
  static let rollbackOperation = Query("ROLLBACK TO operation")

  static let counters = Query(
    "SELECT newest_job, newest_member, newest_change, queued, ended, queued_bytes FROM store")
  static let saveCounters = Query(
    """
    UPDATE store SET newest_job = ?, newest_member = ?, newest_change = ?, queued = ?, ended = ?, queued_bytes = ?
    """)
  /// Writes the first page, whatever is there already: SQLite leaves a page alone where an UPDATE changes no byte of it.
  static let touch = Query("PRAGMA user_version = 0")
}

extension JobEvent {
  /// The condition of the statements that make this event happen: the statuses in which it means something.
  var condition: String {
    let words = sources.map { "'\($0.rawValue)'" }
    return words.count == 1 ? "status = \(words[0])" : "status IN (\(words.joined(separator: ", ")))"
  }

  /// The word this event leaves in the row, as SQL.
  var target: String {
    let targets = Set(sources.compactMap { $0.after(self) })
    precondition(targets.count == 1, "\(self) has no single target: its SQL can't be made")
    return "'\(targets.first!.rawValue)'"
  }
}
