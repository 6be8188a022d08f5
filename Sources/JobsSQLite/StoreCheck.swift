public import Jobs

/// What a look at a whole store found.
public struct StoreFindings: Sendable {
  /// What is so: engine, modes, numbers; for people.
  public var facts: [String] = []
  /// What ought not to be so. Empty: all is well.
  public var faults: [String] = []
}

extension SQLiteJobStore {
  /// Looks through the store at `path`, as it stands at one instant, while its members go on: the file's integrity, its
  /// modes, and everything that is always true of jobs. Takes a time in proportion to the file, and writes nothing.
  public static func check(path: String) throws(StoreError) -> StoreFindings {
    do {
      let files = try StoreFiles(existing: path)
      let connection = try Connection.visitor(path: files.database)
      var findings = try connection.transaction(.beginRead) { try look(connection) }
      try connection.close()
      do {
        try FileSystem.refuseRemote(files.database)
      } catch {
        findings.faults.append(error.cause)
      }
      return findings
    } catch {
      throw StoreError(error, operation: "check")
    }
  }

  /// The files that the store at `path` names, as it stands at one instant; none where an older version's schema has none.
  public static func files(path: String) throws(StoreError) -> [(job: JobID, file: JobFile)] {
    do {
      let connection = try Connection.visitor(path: StoreFiles(existing: path).database)
      let files = try Self.files(in: connection)
      try connection.close()
      return files
    } catch {
      throw StoreError(error, operation: "files")
    }
  }

  static func files(in connection: Connection) throws -> [(job: JobID, file: JobFile)] {
    guard try connection.has(table: "file") else { return [] }
    let statement = try connection.once("SELECT job, name, type, size, digest, stored FROM file ORDER BY job, place")
    return try statement.rows { row in
      let file = JobFile(
        name: row.text(1), type: row.text(2), size: row.integer(3), digest: row.text(4), stored: row.text(5))
      return (JobID(rawValue: row.integer(0)), file)
    }
  }

  private static func look(_ connection: Connection) throws -> StoreFindings {
    var findings = StoreFindings()
    let mode = try connection.read("journal_mode") ?? ""
    let migrations = try Schema.migrations(of: connection)
    let schema = Schema.newest(of: migrations)
    findings.facts = ["\(Connection.engine), journal mode \(mode), schema \(schema)"]
    if mode != "wal" { findings.faults.append("the journal mode is \(mode), not wal") }
    let isCurrent = Schema.isCurrent(migrations)
    if !isCurrent { findings.faults.append("the schema is an older version's") }
    let damage = try connection.once("PRAGMA integrity_check").rows { $0.text(0) }
    if damage != ["ok"] { findings.faults += damage.map { "the file is damaged: \($0)" } }
    for invariant in Invariant.all where isCurrent || !invariant.isNew {
      let offenders = try connection.once(invariant.offenders + " LIMIT 6").rows { $0.text(0) }
      guard !offenders.isEmpty else { continue }
      let list = offenders.prefix(5).joined(separator: ", ") + (offenders.count > 5 ? ", …" : "")
      findings.faults.append("\(invariant.sentence): not so for \(list)")
    }
    findings.facts += try connection.once("SELECT status, count(*) FROM job GROUP BY status ORDER BY status")
      .rows { "\($0.integer(1)) \($0.text(0))" }
    func count(_ sql: String) throws -> Int64 { try connection.once("SELECT " + sql).first { $0.integer(0) } ?? 0 }
    findings.facts.append("\(try count(isCurrent ? Invariant.expired : "count(*) FROM tombstone")) expired")
    let unsettled = try count("count(*) FROM outbox")
    if unsettled > 0 { findings.facts.append("\(unsettled) callbacks to send") }
    return findings
  }
}

/// Something that is true of every store between any two transactions.
struct Invariant: Sendable {
  let sentence: String
  /// A query whose rows name what breaks it.
  let offenders: String
  /// It needs the newest tables.
  let isNew: Bool

  private init(_ sentence: String, _ offenders: String, isNew: Bool = false) {
    self.sentence = sentence
    self.offenders = offenders
    self.isNew = isNew
  }

  /// How many jobs have expired, those included of which no row is left.
  static let expired = """
    (SELECT count(*) FROM tombstone) + (SELECT coalesce(sum(last - first + 1), 0) FROM tombstone_range)
      + (SELECT forgotten FROM store)
    """

  private static let running = JobEvent.release.condition
  private static let waiting = JobEvent.claim.condition
  private static let final =
    "status IN (\(JobStatus.allCases.filter(\.isFinal).map { "'\($0)'" }.joined(separator: ", ")))"
  private static let changes = "(SELECT id, change FROM job UNION ALL SELECT job, change FROM tombstone)"

  static let all = [
    Invariant(
      "a running job has one owner, which is a member",
      "SELECT id FROM job WHERE \(running) AND (member IS NULL OR member NOT IN (SELECT id FROM member))"),
    Invariant(
      "only a running job, or a lone one that waits, names a member",
      "SELECT id FROM job WHERE member IS NOT NULL AND NOT \(running) AND NOT (\(waiting) AND alone = 1)"),
    Invariant(
      "a final job has the time of its end, and no other has",
      "SELECT id FROM job WHERE (\(final)) <> (finished_at IS NOT NULL)"),
    Invariant(
      "a complete job has a result, and no other has",
      """
      SELECT id FROM job WHERE (status = 'complete') <> EXISTS (SELECT 1 FROM result WHERE job = id)
      UNION ALL SELECT job FROM result WHERE job NOT IN (SELECT id FROM job)
      """),
    Invariant(
      "a failed job has a reason, and no other has",
      "SELECT id FROM job WHERE (status = 'failed') <> (failure_code IS NOT NULL AND failure_detail IS NOT NULL)"),
    Invariant(
      "a change number is given once", "SELECT change FROM \(changes) GROUP BY change HAVING count(*) > 1"),
    Invariant(
      "no id and no change number is above the newest",
      "SELECT id FROM \(changes), store WHERE id > newest_job OR change > newest_change OR id < 1 OR change < 1"),
    Invariant(
      "an expired job is gone", "SELECT job FROM tombstone WHERE job IN (SELECT id FROM job)"),
    Invariant(
      "the number of waiting jobs is counted right",
      "SELECT queued FROM store WHERE queued <> (SELECT count(*) FROM job WHERE \(waiting))"),
    Invariant(
      "the number of ended jobs is counted right",
      """
      SELECT ended FROM store
      WHERE ended <> (SELECT count(*) FROM job WHERE \(final)) + \(expired)
      """, isNew: true),
    Invariant(
      "a path belongs to one kind", "SELECT path FROM kind GROUP BY path HAVING count(*) > 1", isNew: true),
    Invariant(
      "no id is in two ranges of expired jobs, or in one and elsewhere",
      """
      SELECT one.first FROM tombstone_range AS one
      WHERE one.first > one.last OR EXISTS (
        SELECT 1 FROM tombstone_range AS other WHERE other.first > one.first AND other.first <= one.last)
        OR EXISTS (SELECT 1 FROM job WHERE id BETWEEN one.first AND one.last)
        OR EXISTS (SELECT 1 FROM tombstone WHERE job BETWEEN one.first AND one.last)
      """, isNew: true),
    Invariant(
      "the client of a final job is forgotten",
      "SELECT id FROM job INDEXED BY job_client WHERE client IS NOT NULL AND \(final)", isNew: true),
    Invariant(
      "percent is 100 for a complete job, and 0 to 99 for any other",
      "SELECT id FROM job WHERE percent NOT BETWEEN 0 AND 100 OR (status = 'complete') <> (percent = 100)"),
    Invariant(
      "what has run has begun",
      """
      SELECT id FROM job
      WHERE attempt < 0 OR (\(running) OR status IN ('complete', 'failed')) AND (attempt < 1 OR started_at IS NULL)
      """),
    Invariant(
      "a job's input stands in one place",
      """
      SELECT id FROM job WHERE (input IS NULL) <> EXISTS (SELECT 1 FROM large_input WHERE job = id)
      UNION ALL SELECT job FROM large_input WHERE job NOT IN (SELECT id FROM job)
      """),
    Invariant(
      "a log belongs to an attempt of a job",
      "SELECT log.job FROM log LEFT JOIN job ON job.id = log.job WHERE job.id IS NULL OR log.epoch > job.epoch",
      isNew: true),
    Invariant(
      "a passage of a text belongs to a job, or waits to be removed, and has words",
      """
      SELECT passage.job FROM passage
      WHERE NOT EXISTS (SELECT 1 FROM job WHERE id = passage.job)
        AND NOT EXISTS (SELECT 1 FROM text_queue WHERE job = passage.job)
      UNION SELECT coalesce(passage.job, 'text ' || docs.id)
      FROM passage FULL JOIN passage_text_docsize AS docs ON docs.id = passage.id
      WHERE passage.id IS NULL OR docs.id IS NULL
      """, isNew: true),
    Invariant(
      "the bytes of files are as many as they are counted, of all and of each owner",
      """
      SELECT file_bytes FROM store WHERE file_bytes <> (SELECT coalesce(sum(size), 0) FROM file)
      UNION ALL SELECT coalesce(share.owner, counted.owner)
      FROM file_share AS share FULL JOIN (
        SELECT job.owner, sum(file.size) AS bytes FROM file JOIN job ON job.id = file.job GROUP BY job.owner
      ) AS counted ON counted.owner = share.owner
      WHERE share.bytes IS NOT counted.bytes
      """, isNew: true),
    Invariant(
      "a text waits for a complete job, or for one that is gone",
      """
      SELECT text_queue.job FROM text_queue LEFT JOIN job ON job.id = text_queue.job
      WHERE (stored IS NULL) <> (job.id IS NULL) OR job.status <> 'complete'
      """, isNew: true),
    Invariant(
      "a file belongs to a job, a result's to a complete one, or has expired",
      """
      SELECT file.job FROM file LEFT JOIN job ON job.id = file.job
      WHERE job.id IS NULL OR number IS NULL AND job.status IS NOT 'complete'
      UNION ALL SELECT job FROM file WHERE stored IN (SELECT stored FROM expired_file)
      """, isNew: true),
    Invariant(
      "a callback belongs to a job", "SELECT job FROM callback WHERE job NOT IN (SELECT id FROM job)"),
    Invariant(
      "only of the end of a job with a callback there is something to tell",
      """
      SELECT job FROM outbox
      WHERE job NOT IN (SELECT id FROM job WHERE \(final)) OR job NOT IN (SELECT job FROM callback)
      """),
    Invariant(
      "a message has an id of its own",
      "SELECT message FROM outbox GROUP BY message HAVING count(*) > 1 OR message NOT GLOB '?*-[1-9]*'"),
    Invariant(
      "what is being sent is sent by a member, in an attempt that counts",
      """
      SELECT job FROM outbox
      WHERE attempt < 0 OR member IS NOT NULL AND (attempt < 1 OR member NOT IN (SELECT id FROM member))
      """),
    Invariant(
      "there is one row of counters", "SELECT count(*) FROM store HAVING count(*) <> 1"),
  ]
}
