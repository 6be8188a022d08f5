import Foundation
import Jobs
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport

@testable import JobsSQLite

/// A real store in a temporary folder, and runners on members of it.
struct Bench {
  let folder: TemporaryFolder
  let store: SQLiteJobStore

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteJobStore.open(path: folder.path + "/jobs.sqlite")
  }

  /// One more process's view of the store.
  func join(lease: Duration? = nil) throws -> SQLiteJobStore {
    var configuration = SQLiteJobStore.Configuration()
    if let lease { configuration.lease = lease }
    return try SQLiteJobStore.open(path: folder.path + "/jobs.sqlite", configuration: configuration)
  }

  func submit(_ input: String = "", of kind: JobKind = Scripted.kind) async throws -> JobID {
    let submission = try await store.submit(
      NewJob(kind: kind, input: Array(input.utf8)), limits: QueueLimits(jobs: .max), at: .now)
    guard case .accepted(let id) = submission else { throw NeverHappened(what: "accepted", limit: .zero) }
    return id
  }

  /// The same store after another program has changed its file while it was closed.
  func changed(by sql: String) async throws -> Bench {
    await store.close()
    let connection = try Connection.editor(path: folder.path + "/jobs.sqlite")
    try connection.run(script: sql)
    try connection.close()
    return Bench(folder: folder, store: try join())
  }

  private init(folder: TemporaryFolder, store: SQLiteJobStore) {
    self.folder = folder
    self.store = store
  }

  /// A runner that is not started.
  func runner(of works: [Work]) throws -> JobRunner {
    try JobRunner(
      store: store, works: works, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  func status(_ id: JobID) async throws -> JobStatus? {
    try await store.read(id)?.status
  }

  func eventually(_ id: JobID, _ status: JobStatus) async throws {
    try await TestSupport.eventually("job \(id) is \(status)") { try await self.status(id) == status }
  }

  /// Works on `member` (the bench's own, unless given) while `body` runs, then shuts the runner down and waits for it.
  func whileWorking(
    _ works: [Scripted], jobs: Int = 8, patience: Duration = .seconds(5), on member: SQLiteJobStore? = nil,
    ender: (any WorkProcessEnder)? = nil, log: LogLines? = nil, _ body: () async throws -> Void
  ) async throws {
    let runner = try runner(of: works, jobs: jobs, patience: patience, on: member, ender: ender, log: log)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await runner.run() }
      try await body()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  /// Works on `member` while `body` runs, which gets what begins an orderly shutdown; returns when that is over.
  func untilDrained(
    _ works: [Scripted], on member: SQLiteJobStore? = nil,
    _ body: (_ drain: @escaping @Sendable () async -> Void) async throws -> Void
  ) async throws {
    let runner = try runner(of: works, on: member)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let service = ServiceGroup(services: [runner], gracefulShutdownSignals: [], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      try await body { await service.triggerGracefulShutdown() }
      try await group.waitForAll()
    }
  }

  private func runner(
    of works: [Scripted], jobs: Int = 8, patience: Duration = .seconds(5), on member: SQLiteJobStore?,
    ender: (any WorkProcessEnder)? = nil, log: LogLines? = nil
  ) throws -> JobRunner {
    var configuration = JobRunner.Configuration()
    configuration.jobs = jobs
    configuration.beat = .milliseconds(20)
    configuration.renewal = .milliseconds(100)
    configuration.patience = patience
    configuration.farewell = hangLimit
    return try JobRunner(
      store: member ?? store, works: works.map(\.work), ender: ender, configuration: configuration,
      logger: Logger(label: "test") { _ in log ?? SwiftLogNoOpLogHandler() as any LogHandler })
  }
}

extension Bench {
  func whileWorking(
    _ work: Scripted, jobs: Int = 8, patience: Duration = .seconds(5), on member: SQLiteJobStore? = nil,
    ender: (any WorkProcessEnder)? = nil, log: LogLines? = nil, _ body: () async throws -> Void
  ) async throws {
    try await whileWorking([work], jobs: jobs, patience: patience, on: member, ender: ender, log: log, body)
  }
}

/// Work that does what a test says.
struct Scripted: Workload {
  static let kind = JobKind(rawValue: "scripted")

  let kind: JobKind
  let policy: WorkPolicy
  let script: @Sendable (String, JobContext) async throws -> String

  init(
    _ kind: JobKind = Scripted.kind, policy: AttemptPolicy = AttemptPolicy(firstPause: .milliseconds(10)),
    jobs: Int? = nil, jobsInAll: Int? = nil, oneAttemptAtATime: Bool = false,
    drain: WorkPolicy.Drain = .giveBack, patience: Duration? = nil, resultLimit: Int = 1 << 20,
    _ script: @escaping @Sendable (String, JobContext) async throws -> String
  ) {
    self.kind = kind
    self.policy = WorkPolicy(
      attempts: policy, jobs: jobs, jobsInAll: jobsInAll, oneAttemptAtATime: oneAttemptAtATime, drain: drain,
      patience: patience, resultLimit: resultLimit
    )
    self.script = script
  }

  var work: Work { Work(kind: kind, workload: self, policy: policy) }

  @concurrent
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
    Array(try await script(String(decoding: input, as: UTF8.self), context).utf8)
  }
}

/// How many are at it, and how many were at most.
final class Gauge: Sendable {
  private let state = Mutex((value: 0, most: 0))

  var value: Int { state.withLock { $0.value } }
  var most: Int { state.withLock { $0.most } }

  func begin() {
    state.withLock { state in
      state.value += 1
      state.most = max(state.most, state.value)
    }
  }

  func end() { state.withLock { $0.value -= 1 } }
}

/// Something that happens, once, on whichever thread.
final class Occasion: Sendable {
  private let state = Mutex(false)

  var hasCome: Bool { state.withLock { $0 } }

  func come() { state.withLock { $0 = true } }

  /// Blocks the thread, as work does that hears nothing.
  func block() {
    while !hasCome { Thread.sleep(forTimeInterval: 0.002) }
  }
}
