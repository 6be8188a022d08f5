import Foundation
import Jobs
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import JobFiles
@testable import JobsSQLite

/// On a real store, with the texts of work on a real runner.
@Suite("The index of texts")
struct TextIndexerTests {
  private static let kind = JobKind(rawValue: "scan")

  /// Its result is its input, as a file.
  private struct Copying: Workload {
    @concurrent
    func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] {
      try context.makeFile("text.txt", type: "text/plain").write(input)
      return []
    }
  }

  private let folder: TemporaryFolder
  private let store: SQLiteJobStore
  private let files: FileFolder
  private let indexer: TextIndexer

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteJobStore.open(path: folder.path + "/jobs.sqlite")
    files = FileFolder(path: store.filesFolder, token: store.fileToken)
    indexer = TextIndexer(files, in: store, logger: Logger(label: "test"))
    try await store.declare(
      [DeclaredKind(name: Self.kind, path: "scans", digest: "1", search: "text.txt")], at: .now)
  }

  /// Completes a job for each text, in this order, beside other `services`; then `body` has what they complete in time.
  private func complete(
    _ texts: [String], beside services: [any Service] = [], _ body: ([JobID]) async throws -> Void = { _ in }
  ) async throws -> [JobID] {
    let policy = WorkPolicy(
      attempts: AttemptPolicy(attempts: 1, firstPause: .milliseconds(1)),
      files: [DeclaredFile(name: "text.txt", types: ["text/plain"])])
    let runner = try JobRunner(
      store: store, works: [Work(kind: Self.kind, workload: Copying(), policy: policy)], files: files,
      logger: Logger(label: "test"))
    let group = ServiceGroup(configuration: .init(services: [runner] + services, logger: Logger(label: "test")))
    let running = Task { try await group.run() }
    defer { running.cancel() }
    var ids: [JobID] = []
    for text in texts {
      let job = NewJob(kind: Self.kind, input: Array(text.utf8))
      guard case .accepted(let id) = try await store.submit(job, limits: QueueLimits(), at: .now) else {
        throw CancellationError()
      }
      try await eventually("\(id) is complete") { try await store.read(id)?.status == .complete }
      ids.append(id)
    }
    try await body(ids)
    return ids
  }

  private func matches(_ term: String) async throws -> [TextMatch] {
    try await store.search(TextSearch(kind: Self.kind, terms: [term], limit: 9)).matches
  }

  private func found(_ term: String) async throws -> [JobID] { try await matches(term).map(\.job.id) }

  private func isIndexed(_ id: JobID) async throws -> Bool { try await store.read(id)?.isIndexed == true }

  private func path(ofTextOf id: JobID) async throws -> String {
    try files.all.path + "/" + #require(try await store.files(of: id).first).stored
  }

  @Test("has a text soon after its job's end, and no longer than its job")
  func life() async throws {
    _ = try await complete(["black tea", "green tea"], beside: [indexer]) { ids in
      try await eventually("both are in") {
        var isIn = true
        for id in ids { isIn = try await isIndexed(id) && isIn }
        return isIn
      }
      #expect(Set(try await found("tea")) == Set(ids))
      #expect(try await found("green") == [ids[1]])
    }
    let later = Timestamp(milliseconds: Timestamp.now.milliseconds + 1000)
    _ = try await store.expire(Self.kind, endedBefore: later, limit: 9, at: later)
    try await indexer.indexAll()
    #expect(try await found("tea") == [])
    #expect(try await store.takeText() == nil)
  }

  @Test("has all of a text that is longer than what is read and written at once, with the pages of its words")
  func long() async throws {
    // No piece that is read ends between two words.
    let page = "x " + String(repeating: "é word ", count: 4000)
    let text = page + "first\u{C}" + page + page + page + page + "second\u{C}third"
    #expect(text.utf8.count > 128 << 10)
    let id = try await complete([text])[0]
    try await indexer.indexAll()
    for (word, page) in [("first", 1), ("second", 2), ("third", 3)] {
      #expect(try await matches(word).map(\.page) == [page])
    }
    #expect(try await isIndexed(id))
    for part in ["w", "wo", "wor", "ord", "rd", "d"] { #expect(try await found(part) == []) }
    #expect(try await store.takeText() == nil)
  }

  @Test("gives up a text whose file is gone or can't be read, and goes on with the next")
  func unreadable() async throws {
    let ids = try await complete(["lost tea", "shut tea", "green tea"])
    try FileManager.default.removeItem(atPath: try await path(ofTextOf: ids[0]))
    // Opens, and can't be read.
    let shut = try await path(ofTextOf: ids[1])
    try FileManager.default.removeItem(atPath: shut)
    try FileManager.default.createDirectory(atPath: shut, withIntermediateDirectories: false)
    try await indexer.indexAll()
    #expect(try await found("tea") == [ids[2]])
    for id in ids.prefix(2) { #expect(try await isIndexed(id) == false) }
    #expect(try await store.takeText() == nil)
  }

  @Test("waits with a text whose file is there and can't be opened for a while")
  func delayed() async throws {
    let id = try await complete(["green tea"])[0]
    let text = try await path(ofTextOf: id)
    let other = folder.path + "/other"
    try FileManager.default.moveItem(atPath: text, toPath: other)
    // No file of ours is a link, so that opening it fails, as where descriptors are lacking.
    try FileManager.default.createSymbolicLink(atPath: text, withDestinationPath: other)
    await #expect(throws: StoreError.self) { try await indexer.indexAll() }
    try FileManager.default.removeItem(atPath: text)
    try FileManager.default.moveItem(atPath: other, toPath: text)
    try await indexer.indexAll()
    #expect(try await found("green") == [id])
  }
}
