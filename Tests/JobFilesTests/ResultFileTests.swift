import Foundation
import Jobs
import JobsSQLite
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import JobFiles

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

  /// What became of one job.
  private func job(
    until status: JobStatus, attempts: Int = 1, _ work: @escaping @Sendable (JobContext) async throws -> Void
  ) async throws -> Job {
    let policy = WorkPolicy(
      attempts: AttemptPolicy(attempts: attempts, firstPause: .milliseconds(1)), files: Self.declared)
    let runner = try JobRunner(
      store: store, works: [Work(kind: Self.kind, workload: Making(work: work), policy: policy)], files: files,
      logger: Logger(label: "test"))
    let submission = try await store.submit(NewJob(kind: Self.kind, input: []), limits: QueueLimits(), at: .now)
    guard case .accepted(let id) = submission else { throw CancellationError() }
    let running = Task {
      try await ServiceGroup(configuration: .init(services: [runner], logger: Logger(label: "test"))).run()
    }
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
