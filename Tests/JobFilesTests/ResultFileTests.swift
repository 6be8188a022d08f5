import Foundation
import Jobs
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import JobFiles
@testable import JobsSQLite

/// Work that makes files, on a real runner and store.
@Suite("Files of results")
struct ResultFileTests {
  private static let kind = JobKind(rawValue: "plot")
  private static let declared = [
    DeclaredFile(name: "plot.png", types: ["image/png"]), DeclaredFile(name: "rows.csv", types: ["text/csv"]),
  ]

  private struct Making: Workload {
    let work: @Sendable (JobContext) async throws -> Void

    @concurrent
    func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
      try await work(context)
      return []
    }
  }

  private let folder: TemporaryFolder
  private let store: SQLiteJobStore
  private let files: FileFolder

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteJobStore.open(path: folder.path + "/jobs.sqlite")
    files = FileFolder(path: store.filesFolder, token: store.fileToken)
  }

  /// A job that waits, and what works on it.
  private func submit(
    attempts: Int = 1, _ work: @escaping @Sendable (JobContext) async throws -> Void
  ) async throws -> (id: JobID, group: ServiceGroup) {
    let policy = WorkPolicy(
      attempts: AttemptPolicy(attempts: attempts, firstPause: .milliseconds(1)), files: Self.declared)
    let runner = try JobRunner(
      store: store, works: [Work(kind: Self.kind, workload: Making(work: work), policy: policy)], files: files,
      logger: Logger(label: "test"))
    let submission = try await store.submit(NewJob(kind: Self.kind, input: []), limits: QueueLimits(), at: .now)
    guard case .accepted(let id) = submission else { throw CancellationError() }
    return (id, ServiceGroup(configuration: .init(services: [runner], logger: Logger(label: "test"))))
  }

  /// What became of one job.
  private func job(
    until status: JobStatus, attempts: Int = 1, _ work: @escaping @Sendable (JobContext) async throws -> Void
  ) async throws -> Job {
    let (id, group) = try await submit(attempts: attempts, work)
    let running = Task { try await group.run() }
    defer { running.cancel() }
    try await eventually("it is \(status)") { try await store.read(id)?.status == status }
    return try #require(try await store.read(id))
  }

  private static func make(_ context: JobContext) throws {
    try context.makeFile("rows.csv", type: "text/csv").write(Array("a,b\n".utf8))
    try context.makeFile("plot.png", type: "image/png").write([1])
  }

  @Test("are on disk with a complete job, in the order of their declaration")
  func complete() async throws {
    let job = try await job(until: .complete) { try Self.make($0) }
    let made = try await store.files(of: job.id)
    #expect(made.map(\.name) == ["plot.png", "rows.csv"])
    #expect(made.map(\.type) == ["image/png", "text/csv"])
    #expect(made.map(\.size) == [1, 4])
    #expect(made.compactMap { files.all.fault(of: $0) } == [])
    #expect(Set(files.all.names) == Set(made.map(\.stored)))
  }

  @Test("of an attempt that comes to nothing are removed")
  func discarded() async throws {
    let failed = try await job(until: .failed) { context in
      try Self.make(context)
      throw JobFailure(code: "no-data", detail: "There is none.")
    }
    #expect(failed.failure?.code == "no-data")
    try await eventually("they are gone") { files.all.names == [] }
  }

  @Test("a file that is missing, twice there or not declared fails the job as bad-result")
  func bad() async throws {
    let works: [@Sendable (JobContext) async throws -> Void] = [
      { _ = try $0.makeFile("rows.csv", type: "text/csv") },
      { _ = try $0.makeFile("other", type: "text/csv") },
      { _ = try $0.makeFile("rows.csv", type: "text/html") },
      { context in
        try Self.make(context)
        _ = try context.makeFile("rows.csv", type: "text/csv")
      },
    ]
    for work in works {
      let job = try await job(until: .failed, attempts: 3, work)
      #expect(job.failure?.code == "bad-result")
      #expect(job.attempt == 1)
    }
    try await eventually("no file is left") { files.all.names == [] }
  }

  @Test("of a cancelled job are removed when its work returns")
  func cancelled() async throws {
    let store = store
    let job = try await job(until: .cancelled) { context in
      try Self.make(context)
      _ = try await store.cancel(context.id, at: .now)
    }
    #expect(try await store.files(of: job.id) == [])
    try await eventually("they are gone") { files.all.names == [] }
  }

  @Test("a folder that takes no file costs no attempt")
  func unwritable() async throws {
    try Data().write(to: URL(filePath: store.filesFolder))
    let path = store.filesFolder
    let job = try await job(until: .complete) { context in
      do {
        try Self.make(context)
      } catch {
        try FileManager.default.removeItem(atPath: path)
        throw error
      }
    }
    #expect(job.attempt == 1)
  }

  private static func mount(_ arguments: [String]) throws {
    let mount = try Process.run(URL(filePath: "/bin/mount"), arguments: arguments)
    mount.waitUntilExit()
    try #require(mount.terminationStatus == 0, "only root may mount the small disk that this test needs")
  }

  @Test("that a full disk doesn't take cost no attempt, and leave nothing there")
  func full() async throws {
    let (path, files) = (store.filesFolder, files)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try Self.mount(["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", path])
    defer { umount2(path, Int32(MNT_DETACH)) }
    let found = Mutex<[[String]]>([])
    let job = try await job(until: .complete) { context in
      found.withLock { $0.append(files.all.names) }
      try context.makeFile("plot.png", type: "image/png").write([1])
      let rows = try context.makeFile("rows.csv", type: "text/csv")
      do {
        try rows.write([UInt8](repeating: 97, count: 2 << 20))
      } catch {
        try Self.mount(["-o", "remount,size=8m", path])
        throw error
      }
    }
    #expect(job.attempt == 1)
    #expect(found.withLock { $0 } == [[], []])
    let made = try await store.files(of: job.id)
    #expect(made.map(\.size) == [1, 2 << 20])
    #expect(Set(files.all.names) == Set(made.map(\.stored)))
  }

  @Test("stay with a job whose end was written and not acknowledged")
  func unacknowledged() async throws {
    let (store, database) = (store, folder.path + "/jobs.sqlite")
    // Another lock than the store's own, which is of the same file.
    let turn = open(database + "-turn", O_RDWR | O_CLOEXEC)
    defer { close(turn) }
    let (id, group) = try await submit { context in
      try Self.make(context)
      flock(turn, LOCK_EX)
      // In the transaction of the job's end, after which the store finds one of its files missing.
      Task { try await store.write("remove the bell") { _ in rename(database + "-bell", database + "-away") } }
      try await eventually("it waits for the turn") { store.waitingWrites >= 1 }
    }
    let running = Task { try await group.run() }
    try await eventually("the end waits with it") { store.waitingWrites >= 2 }
    flock(turn, LOCK_UN)
    try await eventually("it is not acknowledged") { store.writeFault != nil }
    try #require(rename(database + "-away", database + "-bell") == 0)
    // It returns when the end was written again.
    await group.triggerGracefulShutdown()
    try await running.value
    #expect(try await store.read(id)?.status == .complete)
    let made = try await store.files(of: id)
    #expect(made.count == 2 && Set(files.all.names) == Set(made.map(\.stored)))
  }

  @Test("are swept when their job has expired, or their member died before it was complete, and not before")
  func swept() async throws {
    let job = try await job(until: .complete) { try Self.make($0) }
    let kept = try await store.files(of: job.id).map(\.stored)
    let abandoned = FileFolder(path: store.filesFolder, token: "0000000000000000")
    let own = try files.make()
    let theirs = try abandoned.make()
    for file in [own, theirs] { close(file.descriptor) }
    let sweep = FileSweep(files, of: store, logger: Logger(label: "test"))
    try await sweep.sweep(wholly: true)
    #expect(Set(files.all.names) == Set(kept + [own.stored]))
    _ = try await store.expire(Self.kind, endedBefore: .now.advanced(by: .seconds(1)), limit: 9, at: .now)
    try await sweep.sweep(wholly: false)
    #expect(files.all.names == [own.stored])
    #expect(try await store.expiredFiles(limit: 9) == [])
  }
}
