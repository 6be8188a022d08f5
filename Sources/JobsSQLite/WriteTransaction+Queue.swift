internal import Jobs

/// How much of the queue is one client's.
struct WaitingShare: Equatable {
  var jobs: Int64
  var bytes: Int64
}

/// The waiting jobs and their bytes. Members of the version before count the jobs and not the bytes, so that the bytes may
/// be too many or too few while such a member lives; ``recountQueue()`` puts them right.
extension WriteTransaction {
  /// Bytes are summed up anew at most so often where they stand in a job's way, and at least so often while jobs come.
  private static let shortestRecount = Duration.seconds(1)
  private static let longestRecount = Duration.seconds(60)

  /// Why a job of `size` bytes can't wait; `nil` where there is room for it. Where nothing waits there is room for any
  /// job, and a client that has nothing waiting is never over its share.
  func refusal(of size: Int, from client: Int64?, under limits: QueueLimits) throws -> Submission? {
    if isRecountDue(after: Self.longestRecount) { try recountQueue() }
    if !hasRoom(for: size, under: limits) {
      guard counters.queued < limits.jobs, isRecountDue(after: Self.shortestRecount) else { return .queueFull }
      try recountQueue()
      if !hasRoom(for: size, under: limits) { return .queueFull }
    }
    let half = limits.share
    // No client has more than there is.
    guard let client, counters.queued >= half.jobs || counters.queuedBytes + Int64(size) > half.bytes else {
      return nil
    }
    let own = try share(of: client)
    guard own.jobs > 0 else { return nil }
    return own.jobs >= half.jobs || own.bytes + Int64(size) > half.bytes ? .overShare : nil
  }

  private func hasRoom(for size: Int, under limits: QueueLimits) -> Bool {
    guard counters.queued > 0 else { return true }
    return counters.queued < limits.jobs && counters.queuedBytes + Int64(size) <= limits.bytes
  }

  private func isRecountDue(after pause: Duration) -> Bool {
    recounted.map { $0.advanced(by: pause) <= clock } ?? true
  }

  private func share(of client: Int64) throws -> WaitingShare {
    if let known = shares[client] { return known }
    let share =
      try connection(.shareOfClient).first(client) { WaitingShare(jobs: $0.integer(0), bytes: $0.integer(1)) }
      ?? WaitingShare(jobs: 0, bytes: 0)
    shares[client] = share
    return share
  }

  /// A new job waits.
  func enqueued(_ size: Int, from client: Int64?) {
    counters.queued += 1
    counters.queuedBytes += Int64(size)
    guard let client, let known = shares[client] else { return }
    shares[client] = WaitingShare(jobs: known.jobs + 1, bytes: known.bytes + Int64(size))
  }

  /// `jobs` wait no longer, or (negative) again.
  func dequeued(_ jobs: Int, bytes: Int64) {
    counters.queued -= Int64(jobs)
    counters.queuedBytes = counters.queued > 0 ? max(0, counters.queuedBytes - bytes) : 0
    shares = [:]
  }

  /// Sums up the waiting jobs' bytes from their indexes, which hold the sizes of all but those that the version before
  /// wrote: some ten milliseconds for a hundred thousand jobs.
  func recountQueue() throws {
    counters.queuedBytes = try [Query.bytesWaiting, .bytesAlone, .bytesDelayed].reduce(0) { sum, query in
      try sum + (connection(query).first { $0.integer(0) } ?? 0)
    }
    recounted = clock
  }
}

extension JobRow {
  /// How long a job's input is. SQLite reads no bytes of a blob for its length.
  static let size = """
    CASE WHEN size IS NOT NULL THEN size WHEN input IS NOT NULL THEN length(input) \
    ELSE (SELECT length(bytes) FROM large_input WHERE large_input.job = job.id) END
    """
}

extension Query {
  static let shareOfClient = Query(
    """
    SELECT count(*), coalesce(sum(size), 0) FROM job INDEXED BY job_client
    WHERE client = ? AND \(JobEvent.claim.condition)
    """)
  static let bytesWaiting = bytes("job_waiting", "delayed_until IS NULL AND alone = 0")
  static let bytesAlone = bytes("job_alone", "delayed_until IS NULL AND alone = 1")
  static let bytesDelayed = bytes("job_delayed", "delayed_until IS NOT NULL")

  private static func bytes(_ index: String, _ condition: String) -> Query {
    Query(
      """
      SELECT coalesce(sum(\(JobRow.size)), 0) FROM job INDEXED BY \(index)
      WHERE \(JobEvent.claim.condition) AND \(condition)
      """)
  }

  static let sizeOfWaiting = Query("SELECT \(JobRow.size) FROM job WHERE id = ? AND \(JobEvent.claim.condition)")
  /// The version before leaves the hash of a client in the rows of jobs that it ends.
  static let forgetClients = Query(
    """
    UPDATE job SET client = NULL
    WHERE id IN (
      SELECT id FROM job INDEXED BY job_client
      WHERE client IS NOT NULL AND status NOT IN ('started', 'running'))
    """)
}
