public import Jobs

extension SQLiteJobStore {
  private static let cancelledAtOnce = 500
  private static let lookedAtAtOnce: Int64 = 5000

  public func declare(_ kinds: [DeclaredKind], at now: Timestamp) async throws(StoreError) {
    let known = Set(try await declaredKinds())
    let new = kinds.filter { !known.contains($0) }
    if !new.isEmpty { try await declare(new: new, at: now) }
    for kind in kinds where kind.search != nil { while try await queueEarlierTexts(of: kind.name) {} }
  }

  private func declare(new: [DeclaredKind], at now: Timestamp) async throws(StoreError) {
    try await write("declare kinds") { transaction in
      for kind in new {
        try transaction.connection(.freePath).run(kind.name.rawValue, kind.path)
        let before = try transaction.connection(.searchOfKind).first(kind.name.rawValue) { $0.text(0) }
        try transaction.connection(.declareKind).run(
          kind.name.rawValue, kind.path, kind.digest, now.milliseconds, kind.search)
        if let search = kind.search, search != before {
          try transaction.connection(.beginTexts).run(kind.name.rawValue)
        }
      }
    }
  }

  /// The texts of jobs that were complete before their kind could be searched: a few thousand jobs are looked at in a transaction, and where
  /// a process died in between, the next one that declares the kind goes on. False where none is left.
  private func queueEarlierTexts(of kind: JobKind) async throws(StoreError) -> Bool {
    let isLeft = try readers.read("look for earlier texts") { connection in
      try connection(.textsThrough).first(kind.rawValue) { _ in true } ?? false
    }
    guard isLeft else { return false }
    return try await write("queue texts") { transaction in
      guard
        let (through, search) = try transaction.connection(.textsThrough).first(
          kind.rawValue, decode: { ($0.integer(0), $0.text(1)) })
      else { return false }
      let first = try transaction.connection(.nextJob).first(through) { $0.integer(0) }
      let last = first.map { $0 + Self.lookedAtAtOnce - 1 }
      if let last { try transaction.connection(.queueTexts).run(kind.rawValue, search, through, last) }
      try transaction.connection(.noteTextsThrough).run(kind.rawValue, last)
      return last != nil
    }
  }

  public func declaredKinds() async throws(StoreError) -> [DeclaredKind] {
    try readers.read("read kinds") { connection in
      try connection(.declaredKinds).rows { row in
        DeclaredKind(
          name: JobKind(rawValue: row.text(0)), path: row.text(1), digest: row.text(2),
          search: row.isNull(3) ? nil : row.text(3))
      }
    }
  }

  public func waitingCounts(except kinds: Set<JobKind>) async throws(StoreError) -> [JobKind: Int] {
    let waiting = try readers.read("count waiting jobs") { try KindQueues.current(in: $0) }
    return waiting.filter { $1.jobs > 0 && !kinds.contains($0) }.mapValues { Int($0.jobs) }
  }

  @discardableResult
  public func dropKind(_ kind: JobKind, at now: Timestamp) async throws(StoreError) -> Int {
    let newest = try readers.read("drop kind") { connection in
      try connection(.counters).first { Counters(from: $0).newestJob } ?? 0
    }
    var (dropped, isOver) = (0, false)
    while !isOver {
      let count = try await write("drop kind") { transaction in
        let ids = try transaction.connection(.waitingOfKind).rows(kind.rawValue, newest, Self.cancelledAtOnce) {
          $0.integer(0)
        }
        for id in ids { try Self.cancel(id, in: transaction, at: now) }
        // Last: while there are jobs, siblings know the path.
        if ids.count < Self.cancelledAtOnce { try transaction.connection(.forgetKind).run(kind.rawValue) }
        return ids.count
      }
      dropped += count
      isOver = count < Self.cancelledAtOnce
    }
    return dropped
  }
}

extension Query {
  static let declaredKinds = Query("SELECT name, path, digest, search FROM kind ORDER BY name")
  static let freePath = Query("DELETE FROM kind WHERE name <> ?1 AND path = ?2")
  /// Leaves the row alone where a sibling has just written the same.
  static let declareKind = Query(
    """
    INSERT INTO kind (name, path, digest, declared_at, search) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (name) DO UPDATE SET path = ?2, digest = ?3, declared_at = ?4, search = ?5
      WHERE path <> ?2 OR digest <> ?3 OR search IS NOT ?5
    """)
  static let searchOfKind = Query("SELECT search FROM kind WHERE name = ? AND search IS NOT NULL")
  static let beginTexts = Query("UPDATE kind SET texts_through = 0 WHERE name = ?")
  static let textsThrough = Query(
    "SELECT texts_through, search FROM kind WHERE name = ? AND texts_through IS NOT NULL AND search IS NOT NULL")
  static let noteTextsThrough = Query("UPDATE kind SET texts_through = ?2 WHERE name = ?1")
  static let nextJob = Query("SELECT id FROM job WHERE id > ? ORDER BY id LIMIT 1")
  /// Of the jobs behind one id, up to another, by these ids. Only complete ones have files of a result.
  static let queueTexts = Query(
    """
    INSERT OR REPLACE INTO text_queue (job, stored)
    SELECT job.id, file.stored FROM job JOIN file ON file.job = job.id AND file.name = ?2 AND file.number IS NULL
    WHERE +job.kind = ?1 AND job.id > ?3 AND job.id <= ?4
    """)
  static let forgetKind = Query("DELETE FROM kind WHERE name = ?")
  /// Those up to an id, whatever they wait for.
  static let waitingOfKind = Query(
    """
    SELECT id FROM job INDEXED BY job_waiting
    WHERE kind = ?1 AND \(JobEvent.claim.condition) AND delayed_until IS NULL AND alone = 0 AND id <= ?2
    UNION ALL
    SELECT id FROM job INDEXED BY job_alone
    WHERE kind = ?1 AND \(JobEvent.claim.condition) AND delayed_until IS NULL AND alone = 1 AND id <= ?2
    UNION ALL
    SELECT id FROM job INDEXED BY job_delayed
    WHERE delayed_until IS NOT NULL AND kind = ?1 AND \(JobEvent.claim.condition) AND id <= ?2
    LIMIT ?3
    """)
}
