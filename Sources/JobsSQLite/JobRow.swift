internal import Jobs

/// How a job's row becomes a ``Job``: by index, in the order of `columns`.
enum JobRow {
  static let columns = "\(own), \(input)"
  /// For whoever needs no input, which may be large.
  static let columnsWithoutInput = "\(own), NULL"
  /// What a tombstone has, in the places where a job has it; no status.
  static let columnsOfTombstone = """
    job, kind, owner, NULL, 0, 0, 0, NULL, 0, 0, NULL, NULL, change, 0, NULL, expired_at, NULL, 0, NULL, NULL
    """

  private static let own = """
    id, kind, owner, status, attempt, epoch, percent, step, completed, total, failure_code, failure_detail, \
    change, created_at, started_at, updated_at, finished_at, indexed, failure_pointer
    """

  /// A large input stands in a table of its own, which is looked into only then.
  static let input = "coalesce(input, (SELECT bytes FROM large_input WHERE large_input.job = job.id))"

  static func decode(_ row: Columns) throws -> Job {
    Job(
      id: JobID(rawValue: row.integer(0)), kind: JobKind(rawValue: row.text(1)), owner: JobOwner(row.text(2)),
      status: try status(row.text(3)), input: row.bytes(19), attempt: Int(row.integer(4)), epoch: row.integer(5),
      progress: progress(row, from: 6),
      failure: row.isNull(10)
        ? nil
        : JobFailure(
          code: row.text(10), detail: row.text(11), pointer: row.isNull(18) ? nil : row.text(18)),
      change: row.integer(12), createdAt: Timestamp(milliseconds: row.integer(13)), startedAt: time(row, 14),
      updatedAt: Timestamp(milliseconds: row.integer(15)), finishedAt: time(row, 16), isIndexed: row.integer(17) != 0)
  }

  static func change(_ row: Columns) -> Int64 { row.integer(12) }

  static func belongs(_ row: Columns, to scope: JobScope) -> Bool {
    JobOwner(row.text(2)) == scope.owner && row.text(1) == scope.kind.rawValue
  }

  static func tombstone(_ row: Columns) -> Tombstone {
    Tombstone(
      id: JobID(rawValue: row.integer(0)), kind: JobKind(rawValue: row.text(1)), owner: JobOwner(row.text(2)),
      change: change(row), expiredAt: Timestamp(milliseconds: row.integer(15)))
  }

  /// Four columns: percent, step, completed, total.
  static func progress(_ row: Columns, from index: Int32) -> JobProgress {
    JobProgress(
      percent: Int(row.integer(index)), step: row.isNull(index + 1) ? nil : row.text(index + 1),
      completed: Int(row.integer(index + 2)), total: Int(row.integer(index + 3)))
  }

  static func status(_ word: String) throws -> JobStatus {
    guard let status = JobStatus(rawValue: word) else {
      throw StoreError(.unusable, operation: "read", cause: "no such status: \(word)")
    }
    return status
  }

  private static func time(_ row: Columns, _ index: Int32) -> Timestamp? {
    row.isNull(index) ? nil : Timestamp(milliseconds: row.integer(index))
  }
}
