public import Jobs

/// Files of jobs: a row of `file` for each; those of inputs have a number there. With a job's row its files' rows go, by a trigger, and their names wait in
/// `expired_file` until the files are removed.
extension SQLiteJobStore {
  /// Where those of the store at `path` lie.
  public static func filesFolder(ofStoreAt path: String) throws(StoreError) -> String {
    try StoreFiles(named: path).filesFolder
  }

  /// Where they lie, beside the database.
  public var filesFolder: String { files.filesFolder }

  /// What the names of this member's files begin with.
  public var fileToken: String { member.presence.token }

  public func files(of id: JobID) async throws(StoreError) -> [JobFile] {
    try readers.read("read files") { connection in try connection(.files).rows(id.rawValue, decode: Self.file) }
  }

  public func inputFiles(of id: JobID) async throws(StoreError) -> [InputFile] {
    try readers.read("read input files") { connection in
      try connection(.inputFiles).rows(id.rawValue) { row in
        InputFile(number: Int(row.integer(5)), title: row.isNull(6) ? nil : row.text(6), file: Self.file(row))
      }
    }
  }

  public func expiredFiles(limit: Int) async throws(StoreError) -> [String] {
    try readers.read("look for expired files") { connection in
      try connection(.expiredFiles).rows(limit) { $0.text(0) }
    }
  }

  public func forgetFiles(_ stored: [String]) async throws(StoreError) {
    guard !stored.isEmpty else { return }
    try await write("forget files") { transaction in
      for name in stored { try transaction.connection(.forgetFile).run(name) }
    }
  }

  public func abandonedFiles(among stored: [String]) async throws(StoreError) -> [String] {
    // First who is dead, then what has a name: the dead give no more.
    var isGone: [Substring: Bool] = [:]
    for name in stored {
      let token = name.prefix { $0 != "." }
      if isGone[token] == nil { isGone[token] = Presence.isGone(String(token), in: files) }
    }
    let suspects = stored.filter { isGone[$0.prefix { $0 != "." }] == true }
    return suspects.isEmpty ? [] : try await unnamedFiles(among: suspects)
  }

  public func unnamedFiles(among stored: [String]) async throws(StoreError) -> [String] {
    try readers.read("look for files without a job") { connection in
      try stored.filter { try connection(.isFileNamed).first($0) { $0.integer(0) } == 0 }
    }
  }

  private static func file(_ row: Columns) -> JobFile {
    JobFile(name: row.text(0), type: row.text(1), size: row.integer(2), digest: row.text(3), stored: row.text(4))
  }
}

extension WriteTransaction {
  func insert(_ files: [JobFile], of id: Int64) throws {
    for file in files { try insert(file, of: id) }
  }

  /// Why the files of a submission may not be stored beside what is there.
  func refusal(ofFilesOf job: NewJob) throws -> Submission? {
    guard let room = job.roomForFiles, !job.files.isEmpty else { return nil }
    let bytes = job.files.reduce(0) { $0 + $1.file.size }
    let all = bytes + (try connection(.fileBytes).first { $0.integer(0) } ?? 0)
    if all > room { return .noRoomForFiles }
    guard !job.owner.name.isEmpty else { return nil }
    let own = bytes + (try connection(.fileBytesOf).first(job.owner.name) { $0.integer(0) } ?? 0)
    return own > room / 2 ? .overShareOfFiles : nil
  }

  func insert(_ files: [InputFile], of id: Int64) throws {
    for file in files { try insert(file.file, of: id, number: file.number, title: file.title) }
  }

  private func insert(_ file: JobFile, of id: Int64, number: Int? = nil, title: String? = nil) throws {
    try connection(.insertFile).run(
      id, file.name, file.type, file.size, file.digest, file.stored, number.map(Int64.init), title)
  }

  /// Whether the job came with the same files.
  func hasInputFiles(_ files: [InputFile], _ id: JobID) throws -> Bool {
    let stored = try connection(.inputFiles).rows(id.rawValue) { row in
      [row.text(0), row.text(3), "\(row.integer(5))"]
    }
    return stored == files.map { [$0.file.name, $0.file.digest, "\($0.number)"] }
  }
}

extension Query {
  static let insertFile = Query(
    """
    INSERT INTO file (job, place, name, type, size, digest, stored, number, title)
    VALUES (?1, (SELECT coalesce(max(place) + 1, 0) FROM file WHERE job = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    """)
  static let files = Query(
    "SELECT name, type, size, digest, stored FROM file WHERE job = ? AND number IS NULL ORDER BY place")
  static let inputFiles = Query(
    """
    SELECT name, type, size, digest, stored, number, title FROM file WHERE job = ? AND number IS NOT NULL ORDER BY place
    """)
  static let fileBytes = Query("SELECT file_bytes FROM store")
  static let fileBytesOf = Query("SELECT bytes FROM file_share WHERE owner = ?")
  static let expiredFiles = Query("SELECT stored FROM expired_file LIMIT ?")
  static let forgetFile = Query("DELETE FROM expired_file WHERE stored = ?")
  static let isFileNamed = Query("SELECT EXISTS (SELECT 1 FROM file WHERE stored = ?)")
}
