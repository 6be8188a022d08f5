import Jobs
import Testing

extension JobKind {
  static let order = JobKind(rawValue: "order")
  static let report = JobKind(rawValue: "report")
}

extension Timestamp {
  static func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
}

extension ClockReading {
  /// After so much uptime, with a wall clock that has gone wrong by `error` since the start.
  static func at(uptime: Int64, error: Int64 = 0, boot: String = "a") -> ClockReading {
    ClockReading(
      wall: .at(1_700_000_000_000 + uptime + error), uptime: MonotonicTime(milliseconds: uptime), boot: boot)
  }
}

extension JobScope {
  static func orders(of owner: JobOwner = "") -> JobScope { JobScope(kind: .order, owner: owner) }
}

extension JobNews.Item {
  /// `nil` for an expired job.
  var status: JobStatus? {
    guard case .job(let job) = self else { return nil }
    return job.status
  }
}

extension NewJob {
  static func order(
    _ text: String, owner: JobOwner = "", key: String? = nil, callback: String? = nil, client: String? = nil,
    files: [InputFile] = []
  ) -> NewJob {
    NewJob(
      kind: .order, owner: owner, input: [UInt8](text.utf8), files: files, idempotencyKey: key, callback: callback,
      client: client.map { Array($0.utf8) })
  }
}

extension JobStore {
  /// Submits, expecting that it is accepted.
  func accept(_ job: NewJob, at now: Timestamp = .at(1000)) async throws -> JobID {
    let submission = try await submit(job, limits: QueueLimits(jobs: 1_000_000), at: now)
    guard case .accepted(let id) = submission else { throw Unexpected("\(submission)") }
    return id
  }

  func accept(_ text: String = "work", at now: Timestamp = .at(1000)) async throws -> JobID {
    try await accept(.order(text), at: now)
  }

  func claim(
    _ room: Int, of kinds: Set<JobKind>, attempts: Int = 3, at now: Timestamp
  ) async throws(StoreError) -> [Claim] {
    try await claim(Room(room, of: Dictionary(uniqueKeysWithValues: kinds.map { ($0, attempts) })), at: now)
  }

  /// With room for one.
  func hasWaiting(of kinds: Set<JobKind>, others: Int = 0) async throws(StoreError) -> Bool {
    try await hasWaiting(
      for: Room(1, of: Dictionary(uniqueKeysWithValues: kinds.map { ($0, 3) }), others: others))
  }

  func renew(_ reports: [JobReport], at now: Timestamp) async throws(StoreError) -> [Tenure] {
    try await renew(reports, as: MemberState(), at: now)
  }

  /// Claims, expecting exactly one job.
  func claimOne(attempts: Int = 3, at now: Timestamp = .at(2000)) async throws -> Claim {
    let claims = try await claim(1, of: [.order], attempts: attempts, at: now)
    guard let claim = claims.first else { throw Unexpected("nothing to claim") }
    return claim
  }

  /// The job, expecting that it is there.
  func job(_ id: JobID) async throws -> Job {
    guard let job = try await read(id) else { throw Unexpected("no job \(id)") }
    return job
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
