import Foundation
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("A restore")
struct StoreRestoreTests {
  let bench = try! SQLiteBench()

  private var copy: String { bench.folder.path + "/copy.db" }

  @Test("puts the copy in place as a store of its own, and keeps what was there as one whole file")
  func whole() async throws {
    let name = try await backedUp()
    let kept = try #require(try SQLiteJobStore.restore(copy, to: bench.path))
    #expect(kept == bench.path + ".before-restore-1")
    #expect(try SQLiteJobStore.check(path: kept).facts.contains("3 started"))
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
    let store = try bench.open()
    #expect(try await store.counts().queued == 2)
    #expect(store.name != name)
    await store.close()
    #expect(try SQLiteJobStore.restore(copy, to: bench.path) == bench.path + ".before-restore-2")
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
    #expect(left.filter { $0.contains(".part") || ["orders.db-wal", "orders.db-shm"].contains($0) } == [])
  }

  @Test("makes a store where there is none any more")
  func gone() async throws {
    _ = try await backedUp()
    for file in ["", "-turn", "-bell"] { unlink(bench.path + file) }
    #expect(try SQLiteJobStore.restore(copy, to: bench.path) == nil)
    #expect(try await bench.open().counts().queued == 2)
  }

  @Test("brings a backup of an older version up to date")
  func older() async throws {
    try SQLiteBench.makeFirstVersion(
      path: copy,
      """
      INSERT INTO job (id, kind, owner, status, change, created_at, updated_at, input) VALUES
        (1, 'order', '', 'started', 1, 1, 1, x'01');
      UPDATE store SET newest_job = 1, newest_change = 1, queued = 1;
      """)
    #expect(try SQLiteJobStore.restore(copy, to: bench.path) == nil)
    #expect(try await bench.open().counts().queued == 1)
  }

  @Test("refuses while a member lives or has its turn, and leaves the store as it is")
  func inUse() async throws {
    _ = try await backedUp()
    let store = try bench.open()
    expect(.unavailable, "process \(getpid()) has it open")
    _ = try await store.submit()
    #expect(try await store.health().fault == nil)
    await store.close()
    let turn = HeldTurn(of: bench.path)
    expect(.unavailable, "process 4711 has its turn")
    turn.release()
    #expect(try await bench.open().counts().queued == 4)
  }

  @Test(
    "refuses what is no whole store of ours", arguments: ["a letter", "half of it", "with a log", "nothing", "itself"])
  func refusals(what: String) async throws {
    _ = try await backedUp()
    let whole = try Data(contentsOf: URL(filePath: copy))
    var source = bench.folder.path + "/source"
    switch what {
    case "a letter": try Data(String(repeating: "Dear reader, ", count: 999).utf8).write(to: URL(filePath: source))
    case "half of it": try whole.prefix(whole.count / 2).write(to: URL(filePath: source))
    case "with a log":
      try whole.write(to: URL(filePath: source))
      try Data("x".utf8).write(to: URL(filePath: source + "-wal"))
    case "itself": source = bench.path
    default: break
    }
    let before = try Data(contentsOf: URL(filePath: bench.path))
    expect(.unusable, nil, from: source)
    #expect(try Data(contentsOf: URL(filePath: bench.path)) == before)
    #expect(try await bench.open().counts().queued == 3)
  }

  /// Leaves a closed store of three jobs, and a backup of two. Returns the store's name.
  private func backedUp() async throws -> String {
    let store = try bench.open()
    for _ in 0..<2 { _ = try await store.submit() }
    try SQLiteJobStore.backUp(path: bench.path, to: copy)
    _ = try await store.submit()
    await store.close()
    return store.name
  }

  private func expect(_ code: StoreError.Code, _ cause: String?, from source: String? = nil) {
    do throws(StoreError) {
      _ = try SQLiteJobStore.restore(source ?? copy, to: bench.path)
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.code == code, "\(error)")
      if let cause { #expect(error.cause.contains(cause), "\(error)") }
    }
  }
}
