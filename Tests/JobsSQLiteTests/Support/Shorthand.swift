import Jobs

@testable import JobsSQLite

extension JobKind {
  static let order = JobKind(rawValue: "order")
}

extension NewJob {
  static func order(_ text: String = "work") -> NewJob {
    NewJob(kind: .order, input: [UInt8](text.utf8))
  }
}

extension Timestamp {
  static func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
}

extension SQLiteJobStore {
  func submit(_ text: String = "work") async throws(StoreError) -> Submission {
    try await submit(.order(text), limits: QueueLimits(jobs: 1_000_000), at: .at(1))
  }

  /// Makes jobs 1 and 2, and ends them: there is somebody to tell of each.
  func oweTwoCallbacks() async throws(StoreError) {
    for _ in 0..<2 {
      let job = NewJob(kind: .order, input: [1], callback: "https://a.example/")
      _ = try await submit(job, limits: QueueLimits(jobs: 9), at: .at(1))
    }
    for id in [1, 2] as [Int64] { _ = try await cancel(JobID(rawValue: id), at: .at(2)) }
  }

  /// One number out of the database, read as an operator would.
  func number(_ sql: String) throws -> Int64 {
    try readers.read("test") { connection in
      try connection(Query(sql)).first { $0.integer(0) } ?? 0
    }
  }
}
