internal import Jobs

/// One client's part of what waits of a kind.
struct ClientShare: Hashable {
  var client: Int64
  var kind: JobKind
}

/// The waiting jobs and their bytes, of all kinds and of each. Members of the version before count the jobs of all kinds
/// and nothing else, so that the other numbers may be too high or too low while such a member lives; ``recountQueue()``
/// puts them right.
extension WriteTransaction {
  /// The queue is counted anew at most so often where its numbers are off or bytes stand in a job's way, and at least so
  /// often while jobs come.
  private static let shortestRecount = Duration.seconds(1)
  private static let longestRecount = Duration.seconds(60)

  /// Why a job of `kind` and `size` bytes can't wait; `nil` where there is room for it. Where none of its kind waits there
  /// is room for any job, and a client that has none of it waiting is never over its share.
  func refusal(
    of size: Int, _ kind: JobKind, from client: Int64?, under limits: QueueLimits
  ) throws -> Submission? {
    if try isRecountDue(after: areQueuesOff() ? Self.shortestRecount : Self.longestRecount) { try recountQueue() }
    var queue = try waiting(of: kind)
    if !queue.hasRoom(for: size, under: limits) {
      guard queue.jobs < limits.jobs, isRecountDue(after: Self.shortestRecount) else { return .queueFull }
      try recountQueue()
      queue = try waiting(of: kind)
      if !queue.hasRoom(for: size, under: limits) { return .queueFull }
    }
    let half = limits.share
    // No client has more than there is.
    guard let client, queue.jobs >= half.jobs || queue.bytes + Int64(size) > half.bytes else { return nil }
    let own = try share(ClientShare(client: client, kind: kind))
    guard own.jobs > 0 else { return nil }
    return own.jobs >= half.jobs || own.bytes + Int64(size) > half.bytes ? .overShare : nil
  }

  private func isRecountDue(after pause: Duration) -> Bool {
    recounted.map { $0.advanced(by: pause) <= clock } ?? true
  }

  private func share(_ share: ClientShare) throws -> Waiting {
    if let known = shares[share] { return known }
    let own =
      try connection(.shareOfClient).first(share.client, share.kind.rawValue) {
        Waiting(jobs: $0.integer(0), bytes: $0.integer(1))
      } ?? Waiting()
    shares[share] = own
    return own
  }

  /// A new job waits.
  func enqueued(_ size: Int, of kind: JobKind, from client: Int64?) throws {
    try readQueues()
    queues?.add(1, bytes: Int64(size), to: kind)
    counters.queued += 1
    counters.queuedBytes += Int64(size)
    if let client { shares[ClientShare(client: client, kind: kind)]?.add(1, bytes: Int64(size)) }
  }

  /// `jobs` of `kind` wait no longer, or (negative) again.
  func dequeued(_ jobs: Int, bytes: Int64, of kind: JobKind) throws {
    try readQueues()
    queues?.add(-Int64(jobs), bytes: -bytes, to: kind)
    counters.queued -= Int64(jobs)
    counters.queuedBytes = counters.queued > 0 ? max(0, counters.queuedBytes - bytes) : 0
    shares = [:]
  }

  /// What a job takes of the queue of its kind; `nil` where it doesn't wait.
  func partOfQueue(_ id: Int64) throws -> (kind: JobKind, bytes: Int64)? {
    try connection(.kindAndSizeOfWaiting).first(id) { (JobKind(rawValue: $0.text(0)), $0.integer(1)) }
  }

  /// Counts anew what waits, and its bytes. Only between operations: what an operation has changed in the jobs' rows and
  /// not yet counted would count twice.
  func recountQueue() throws {
    try readQueues()
    let counted = try KindQueues.counted(in: connection)
    queues?.replace(by: counted)
    counters.queued = counted.values.reduce(0) { $0 + $1.jobs }
    counters.queuedBytes = counted.values.reduce(0) { $0 + $1.bytes }
    recounted = clock
  }

  private func waiting(of kind: JobKind) throws -> Waiting {
    try readQueues()
    return queues?[kind] ?? Waiting()
  }

  /// False where no job of `kind` waits.
  func mayWait(_ kind: JobKind) throws -> Bool {
    try waiting(of: kind).jobs > 0 || areQueuesOff()
  }

  private func areQueuesOff() throws -> Bool {
    try readQueues()
    return queues?.isOff ?? false
  }

  /// Once in each transaction that needs them.
  private func readQueues() throws {
    if queues == nil { queues = try KindQueues(in: connection) }
  }
}

extension Waiting {
  fileprivate func hasRoom(for size: Int, under limits: QueueLimits) -> Bool {
    jobs == 0 || jobs < limits.jobs && bytes + Int64(size) <= limits.bytes
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
    WHERE client = ? AND \(JobEvent.claim.condition) AND kind = ?
    """)
  static let kindAndSizeOfWaiting = Query(
    "SELECT kind, \(JobRow.size) FROM job WHERE id = ? AND \(JobEvent.claim.condition)")
  /// The version before leaves the hash of a client in the rows of jobs that it ends.
  static let forgetClients = Query(
    """
    UPDATE job SET client = NULL
    WHERE id IN (
      SELECT id FROM job INDEXED BY job_client
      WHERE client IS NOT NULL AND status NOT IN ('started', 'running'))
    """)
}
