import Foundation
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

@Suite("Opening and closing a file", .serialized)
struct OpeningTests {
  let bench = try! SQLiteBench()

  @Test("a file of a newer version is refused")
  func newer() async throws {
    await (try bench.open()).close()
    try bench.edit("INSERT INTO grdb_migrations VALUES ('99')")
    #expect(refusal()?.contains("newer version") == true)
  }

  @Test("another program's database is refused, and stays as it is")
  func foreign() throws {
    try bench.edit("CREATE TABLE theirs (a); PRAGMA application_id = 7")
    let before = try Data(contentsOf: URL(filePath: bench.path))
    #expect(refusal()?.contains("another program's") == true)
    #expect(try Data(contentsOf: URL(filePath: bench.path)) == before)
  }

  @Test("a file that is no database is refused, and stays as it is")
  func noDatabase() throws {
    let text = Data(String(repeating: "not a database\n", count: 500).utf8)
    try text.write(to: URL(filePath: bench.path))
    #expect(refusal() != nil)
    #expect(try Data(contentsOf: URL(filePath: bench.path)) == text)
  }

  @Test(
    "a folder that isn't there, and a path that is none, are errors that name it", arguments: ["/no/such/o.db", ""])
  func noFolder(path: String) {
    let error = #expect(throws: StoreError.self) { try SQLiteJobStore.open(path: path) }
    #expect(error?.operation == "open")
    #expect(error?.cause.contains(path.isEmpty ? "path" : "/no/such") == true)
  }

  @Test("a member that can't leave a sign of life doesn't join, and says why")
  func noPresence() async throws {
    await (try bench.open()).close()
    let members = bench.path + "-members"
    try FileManager.default.removeItem(atPath: members)
    try Data().write(to: URL(filePath: members))
    let error = #expect(throws: StoreError.self) { try bench.open() }
    #expect(error?.code == .unavailable && error?.cause.contains(members) == true)
    try FileManager.default.removeItem(atPath: members)
    #expect(try await bench.open().health().members.count == 1)
  }

  @Test("a network file system is known by its mount, with the longest mount point deciding")
  func fileSystem() {
    let mounts = """
      21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
      30 21 0:30 / /srv rw shared:5 - nfs4 host:/srv rw
      31 30 0:31 / /srv/local\\040disk rw - xfs /dev/sdb rw
      32 21 0:32 / /host rw - 9p drvfs rw
      33 21 0:33 / /host rw - tmpfs tmpfs rw
      """
    let types = [
      "/var/o.db": "ext4", "/srv/o.db": "nfs4", "/srv/local disk/o.db": "xfs", "/srvx/o.db": "ext4",
      "/host/o.db": "tmpfs",
    ]
    for (path, type) in types { #expect(FileSystem(of: path, mounts: mounts)?.type == type, "\(path)") }
    #expect(FileSystem(of: "/srv/o.db", mounts: mounts)?.isRemote == true)
    #expect(FileSystem(of: "/var/o.db", mounts: mounts)?.isRemote == false)
    #expect(FileSystem(of: "/o.db", mounts: "nonsense") == nil)
  }

  @Test("the writer is in WAL mode with full durability and no checkpoint of its own; readers can't write")
  func pragmas() async throws {
    let store = try bench.open()
    let settings = try await store.write("look") { transaction in
      try ["journal_mode", "synchronous", "wal_autocheckpoint", "application_id"].map { name in
        try transaction.connection(Query("PRAGMA \(name)")).first { $0.text(0) } ?? ""
      }
    }
    #expect(settings == ["wal", "2", "0", "\(Schema.applicationID)"])
    #expect(try store.number("PRAGMA wal_autocheckpoint") == 0)
    #expect(throws: StoreError.self) { try store.number("DELETE FROM job RETURNING 1") }
  }

  @Test("members agree on one store, whatever links and relative paths they were given")
  func links() async throws {
    let store = try bench.open()
    let link = bench.folder.path + "/link.db"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "orders.db")
    let other = try SQLiteJobStore.open(
      path: bench.folder.path + "/../" + link.split(separator: "/").suffix(2).joined(separator: "/"))
    _ = try await other.submit()
    #expect(other.files.turn == store.files.turn)
    #expect(try await store.health().members.count == 2)
  }

  @Test("a link to a file that is not there yet is where it leads to, for the first member too")
  func linkToNothing() async throws {
    try FileManager.default.createDirectory(atPath: bench.folder.path + "/disk", withIntermediateDirectories: false)
    let file = bench.folder.path + "/disk/orders.db"
    try FileManager.default.createSymbolicLink(atPath: bench.path, withDestinationPath: "disk/orders.db")
    let (first, second) = (try bench.open(), try bench.open())
    let direct = try SQLiteJobStore.open(path: file)
    #expect(first.files.turn == second.files.turn && first.files.turn == direct.files.turn)
    #expect(try await first.health().members.count == 3)
  }

  @Test("what a version without callbacks let expire is told to nobody, and keeps nobody from being told")
  func vanished() async throws {
    let store = try bench.open()
    try await store.oweTwoCallbacks()
    _ = try await store.write("expire as it did") { transaction in
      try transaction.connection(Query("DELETE FROM job WHERE id = 1")).run()
    }
    #expect(try await store.claimCallbacks(9, lease: .seconds(1)).map(\.job.id) == [JobID(rawValue: 2)])
    #expect(try await store.unsettledCallbacks() == 1)
  }

  @Test("close finishes the writes that wait, then everything is closed; again is nothing")
  func close() async throws {
    let (store, other) = (try bench.open(), try bench.open())
    let turn = HeldTurn(of: bench.path)
    async let submissions = withThrowingTaskGroup(of: Submission.self) { group in
      for _ in 0..<10 { group.addTask { try await store.submit() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try await eventually("all wait") { store.waitingWrites == 10 }
    async let closed: Void = store.close()
    try await eventually("it closes") { store.isClosing }
    turn.release()
    #expect(try await submissions.count == 10)
    await closed
    await store.close()
    #expect(try other.number("SELECT count(*) FROM job") == 10)
    #expect(try await other.health().members.count == 1)
    #expect(try other.number("SELECT count(*) FROM member") == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.files.members).count == 1)
    await expectClosed { try await store.submit() }
    await expectClosed { try await store.read(JobID(rawValue: 1)) }
    await expectClosed { try await store.claim(Room(1, of: [.order: 3]), at: .at(1)) }
    await expectClosed { try await store.cancel(JobID(rawValue: 1), at: .at(1)) }
    await expectClosed { try await store.health() }
    for await _ in store.rings() { Issue.record("a closed store rang") }
  }

  @Test("the last to close leaves one whole file, which opens again as the same store")
  func lastClose() async throws {
    let store = try bench.open()
    _ = try await store.submit("kept")
    await store.close()
    #expect(!exists(bench.path + "-wal"))
    let again = try bench.open()
    #expect(again.name == store.name)
    #expect(try await again.read(JobID(rawValue: 1))?.input == [UInt8]("kept".utf8))
  }

  @Test("after a restart of the machine everything that is to be told is due, for its clock began anew")
  func restart() async throws {
    let store = try bench.open()
    try await store.oweTwoCallbacks()
    let sent = try await store.claimCallbacks(2, lease: .seconds(3600))
    try await store.settle(sent[0], as: .retry(after: .seconds(3600)))
    await store.close()
    try bench.edit("UPDATE store SET boot = 'another'")
    let again = try bench.open()
    #expect(try await again.claimCallbacks(9, lease: .seconds(1)).map(\.message) == sent.map(\.message))
  }

  /// Opens, expecting a refusal that says the file is unusable.
  private func refusal() -> String? {
    let error = #expect(throws: StoreError.self) { try bench.open() }
    #expect(error?.code == .unusable)
    return error?.cause
  }

  private func expectClosed<Value>(_ body: () async throws -> Value) async {
    let error = await #expect(throws: StoreError.self) { _ = try await body() }
    #expect(error?.code == .closed)
  }
}
