public import Jobs

/// Logs of attempts: a row of `log` for each job of which an attempt has kept one. It goes with the job's row, by a
/// trigger.
extension SQLiteJobStore {
  public func log(of id: JobID) async throws(StoreError) -> [UInt8]? {
    try readers.read("read log") { connection in
      try connection(.log).first(id.rawValue) { $0.bytes(0) }
    }
  }
}

extension WriteTransaction {
  /// Of an attempt that may be over. Nothing happens where its job is gone, or a later attempt has kept a log.
  func keepLog(_ bytes: [UInt8]?, of tenure: Tenure) throws {
    guard let bytes else { return }
    try connection(.keepLog).run(tenure.id.rawValue, tenure.epoch, bytes)
  }
}

extension Query {
  static let log = Query("SELECT bytes FROM log WHERE job = ?")
  static let keepLog = Query(
    """
    INSERT INTO log (job, epoch, bytes) SELECT id, ?2, ?3 FROM job WHERE id = ?1
    ON CONFLICT (job) DO UPDATE SET epoch = ?2, bytes = ?3 WHERE log.epoch <= ?2
    """)
}
