import Foundation
import Glibc
import Jobs
import TestSupport
import Testing

@testable import JobsSQLite

/// What operators do to files that are in use. `F` is the database.
@Suite("Files that are removed, replaced or overwritten under a running member", .serialized)
struct OpenFilesTests {
  let bench = try! SQLiteBench()

  struct Deed: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// What the fault names.
    let names: String
    /// Undoes it, where anything does.
    var undo: String?

    init(_ deed: String, names: String, undo: String? = nil) {
      (testDescription, self.names, self.undo) = (deed, names, undo)
    }
  }

  static let deeds = [
    Deed("rm F", names: "orders.db was removed"),
    Deed("rm F F-wal F-shm F-turn F-bell", names: "orders.db was removed"),
    Deed("rm -r F*", names: "orders.db was removed"),
    Deed("mv F y", names: "orders.db was removed", undo: "mv y F"),
    Deed("mv F y; cp y F", names: "orders.db was replaced", undo: "mv y F"),
    Deed("mv F y; cp -p y F", names: "orders.db was replaced", undo: "mv y F"),
    Deed("mkdir y; mv F y/; ln -s y/F F", names: "orders.db was replaced", undo: "mv y/F F"),
    Deed("ln F y", names: "orders.db got a second name", undo: "rm y"),
    Deed("cp BACKUP F", names: "orders.db was overwritten"),
    Deed("cp -p BACKUP F", names: "orders.db was overwritten"),
    Deed("cat BACKUP > F", names: "orders.db was overwritten"),
    Deed("cp BACKUP z; mv z F", names: "orders.db was replaced"),
    Deed(": > F", names: "orders.db was truncated"),
    Deed("dd if=BACKUP of=F bs=4096 count=1 conv=notrunc status=none", names: "orders.db was overwritten"),
    Deed("rm F-wal", names: "orders.db-wal was removed"),
    Deed("mv F-wal y", names: "orders.db-wal was removed", undo: "mv y F-wal"),
    Deed(": > F-wal", names: "orders.db-wal was truncated"),
    Deed("S=$(stat -c %s F-wal); : > F-wal; truncate -s $S F-wal", names: "orders.db-wal was truncated"),
    Deed("truncate -s 4096 F-wal", names: "orders.db-wal was truncated"),
    Deed("cp F-wal y; cp y F-wal", names: "orders.db-wal was overwritten"),
    Deed("rm F-shm", names: "orders.db-shm was removed"),
    Deed("mv F-shm y; cp y F-shm", names: "orders.db-shm was replaced", undo: "mv y F-shm"),
    Deed("rm F-turn", names: "orders.db-turn was removed"),
    Deed("mv F-turn y; cp y F-turn", names: "orders.db-turn was replaced", undo: "mv y F-turn"),
    Deed("rm F-bell", names: "orders.db-bell was removed"),
    Deed("mv F-bell y", names: "orders.db-bell was removed", undo: "mv y F-bell"),
    Deed("rm F-members/*", names: ".lock was removed"),
    Deed("rm -r F-members", names: ".lock was removed"),
    Deed("mv F-members y", names: ".lock was removed", undo: "mv y F-members"),
    Deed("mkdir y; mv F* y/", names: "orders.db was removed", undo: "mv y/* ."),
  ]

  @Test("no write succeeds from then on, and health names the file", arguments: deeds)
  func refused(deed: Deed) async throws {
    let (one, two) = (try bench.open(), try bench.open())
    for _ in 0..<3 { _ = try await one.submit() }
    try SQLiteJobStore.backUp(path: bench.path, to: bench.folder.path + "/BACKUP")
    _ = try await two.submit("after the backup")
    _ = try await two.cancel(JobID(rawValue: 3), at: .at(2))
    let newest = try await one.counts().newestChange
    try shell(deed.testDescription)
    for store in [one, two] {
      let error = await #expect(throws: StoreError.self) { try await store.submit("lost") }
      #expect(error?.code == .unavailable)
      #expect(error?.cause.contains(deed.names) == true, "\(String(describing: error))")
      for id in [1, 3] as [Int64] {
        await #expect(throws: StoreError.self) { try await store.cancel(JobID(rawValue: id), at: .at(2)) }
      }
      #expect(try await store.health().fault?.cause.contains(deed.names) == true)
    }
    guard let undo = deed.undo else { return }
    try shell(undo)
    for store in [one, two] {
      try await eventually("it can write") { try await store.health().fault == nil }
      _ = try await store.submit("kept")
    }
    #expect(try await one.counts().newestChange == newest + 2)
    await one.close()
    await two.close()
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  @Test("what is claimed in a commit that isn't acknowledged is given back once the files are right")
  func claimedInVain() async throws {
    let store = try bench.open()
    let claim = StandingClaim(Room(1, of: [.order: 3]))
    let (path, second) = (bench.path, bench.folder.path + "/y")
    // Opens the connection that reads below: the store opens none while the database has two names.
    _ = try await store.counts()
    store.stand(claim) {
      // After the look before the commit; undone after the look behind it.
      link(path, second)
      return .at(2)
    }
    let error = await #expect(throws: StoreError.self) { try await store.submit("in") }
    #expect(error?.cause.contains("orders.db got a second name") == true)
    let id = JobID(rawValue: 1)
    #expect(try await store.read(id)?.status == .running)
    claim.change(to: Room())
    unlink(second)
    try await eventually("it waits again") { try await store.read(id)?.status == .started }
    #expect(try await store.tenures().isEmpty)
    claim.withdraw()
    #expect(await claim.claims().isEmpty)
    let again = try #require(try await store.claim(Room(1, of: [.order: 3]), at: .at(3)).first)
    #expect((again.tenure.epoch, again.attempt) == (3, 1))
    await store.close()
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  @Test(
    "a member that nobody writes to finds out by itself, and so does who looks from outside",
    arguments: [
      "rm F", "cp BACKUP F", ": > F", ": > F-wal", "S=$(stat -c %s F-wal); : > F-wal; truncate -s $S F-wal", "ln F y",
      "rm F-turn",
    ])
  func idle(deed: String) async throws {
    let store = try bench.open()
    _ = try await store.submit()
    try SQLiteJobStore.backUp(path: bench.path, to: bench.folder.path + "/BACKUP")
    try shell(deed)
    try await eventually("it knows") { try await store.health().fault != nil }
    let stray = try #require(try SQLiteJobStore.strayFiles(path: bench.path).first)
    #expect([nil, getpid()].contains(stray.process))
    #expect(stray.path.hasPrefix(bench.path))
  }

  @Test(
    "many writes at once: what is acknowledged is in the file at the path", arguments: ["mv F y", "mv F y; cp y F"])
  func underLoad(deed: String) async throws {
    let stores = [try bench.open(.init(checkpointPages: 20)), try bench.open(.init(checkpointPages: 20))]
    let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
      for store in stores {
        group.addTask {
          var accepted = 0
          while (try? await store.submit()) != nil { accepted += 1 }
          return accepted
        }
      }
      try await eventually("many are there") { try await stores[0].counts().newestChange > 200 }
      try shell(deed)
      return try await group.reduce(0, +)
    }
    try shell("mv y F")
    try await eventually("both can write") {
      var faults = 0
      for store in stores { faults += try await store.health().fault == nil ? 0 : 1 }
      return faults == 0
    }
    // A commit that was under way may have been made, and was refused all the same.
    let there = try stores[0].number("SELECT count(*) FROM job")
    #expect(there >= accepted && there <= accepted + stores.count)
    for store in stores { await store.close() }
    #expect(try SQLiteJobStore.check(path: bench.path).faults == [])
  }

  @Test(
    "no process joins beside those that have other files open",
    arguments: [
      "rm F", "rm F F-wal F-shm F-turn F-bell", "mv F y; cp y F", "cp BACKUP F", "rm F-wal", ": > F-wal", "rm F-turn",
      "rm F-bell", "rm F-shm", "mv F-shm y; cp y F-shm", "rm -r F-members", "rm F-members/*", "rm -r F*",
      "mkdir y; mv F* y/",
    ])
  func joining(deed: String) async throws {
    let store = try bench.open()
    _ = try await store.submit()
    try SQLiteJobStore.backUp(path: bench.path, to: bench.folder.path + "/BACKUP")
    try shell(deed)
    let error = #expect(throws: StoreError.self) { try bench.open() }
    #expect(error?.code == .unavailable, "\(String(describing: error))")
    #expect(error?.cause.contains("while process \(getpid()) has it open") == true, "\(String(describing: error))")
  }

  @Test("a link in the place of a store, and a hard link to it, are no second store", arguments: [false, true])
  func links(hard: Bool) async throws {
    let store = try bench.open()
    _ = try await store.submit()
    try shell(hard ? "ln F y" : "mkdir y; mv F y/; ln -s y/F F")
    let error = #expect(throws: StoreError.self) { try bench.open() }
    #expect(error?.code == (hard ? .unusable : .unavailable))
    #expect(error?.cause.contains(hard ? "second name" : "is a link") == true, "\(String(describing: error))")
    if hard { return }
    #expect(try shell("ls y") == "orders.db\n")
    let stray = try #require(try SQLiteJobStore.strayFiles(path: bench.path).first)
    #expect(stray == StrayFile(path: bench.path, process: getpid(), fault: "was replaced by another file"))
  }

  @Test(
    "where all was removed or moved away under a member nothing is made, and no backup takes its place, until it ends",
    arguments: ["rm -r F*", "mkdir y; mv F* y/"])
  func secondStore(deed: String) async throws {
    let store = try bench.open()
    _ = try await store.submit()
    let copy = bench.folder.path + "/BACKUP"
    try SQLiteJobStore.backUp(path: bench.path, to: copy)
    try shell(deed)
    #expect(throws: StoreError.self) { try bench.open() }
    for file in ["", "-turn", "-bell"] { #expect(!exists(bench.path + file)) }
    let error = #expect(throws: StoreError.self) { try SQLiteJobStore.restore(copy, to: bench.path) }
    #expect(error?.cause.contains("process \(getpid()) has it open") == true, "\(String(describing: error))")
    await store.close()
    #expect(try SQLiteJobStore.restore(copy, to: bench.path) == nil)
    #expect(try await bench.open().counts().queued == 1)
  }

  @Test("files that look like a lock that was moved away keep nobody from making a store")
  func lookAlikes() async throws {
    try shell("mkdir y-members; mkfifo y-members/pipe.lock; printf '4711\n%s\n' $PWD/F2 > y-members/other.lock")
    // One that waits for a writer.
    let descriptors = ["pipe", "other"].map { open(bench.folder.path + "/y-members/\($0).lock", O_RDONLY | O_NONBLOCK) }
    defer { for descriptor in descriptors { close(descriptor) } }
    for descriptor in descriptors { #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0) }
    #expect(try await bench.open().counts().queued == 0)
  }

  @Test(
    "nor does one that a stranger wrote, whom the folder doesn't belong to",
    .enabled(if: geteuid() == 0, "only root can give a file away"))
  func strangersLock() async throws {
    try shell("mkdir y-members; printf '4711\n%s\n' $PWD/F > y-members/x.lock")
    let lock = open(bench.folder.path + "/y-members/x.lock", O_RDONLY)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    #expect(throws: StoreError.self) { try bench.open() }
    #expect(fchown(lock, 65534, 65534) == 0)
    #expect(try await bench.open().counts().queued == 0)
  }

  @Test("nothing is made beside what can't be a store", arguments: ["echo letter > F", "mkdir F", "mkfifo F"])
  func nothingBeside(deed: String) throws {
    try shell(deed)
    for make in [
      { _ = try SQLiteJobStore.metricsFolder(ofStoreAt: bench.path) }, { _ = try bench.open() },
    ] as [() throws -> Void] {
      let error = #expect(throws: StoreError.self) { try make() }
      #expect(error?.code == .unusable, "\(String(describing: error))")
    }
    #expect(try shell("ls") == "orders.db\n")
  }

  @Test("a backup that is no regular file is refused at once", arguments: ["mkdir y", "mkfifo y"])
  func noBackup(deed: String) throws {
    try shell(deed)
    let error = #expect(throws: StoreError.self) {
      try SQLiteJobStore.restore(bench.folder.path + "/y", to: bench.path)
    }
    #expect(error?.code == .unusable, "\(String(describing: error))")
    #expect(try shell("ls") == "y\n")
  }

  @Test("a member that refuses rings nobody, so that refusals don't call for each other")
  func quiet() async throws {
    let store = try bench.open()
    _ = try await store.submit()
    try shell("mv F y")
    await #expect(throws: StoreError.self) { try await store.submit() }
    let mark = try Data(contentsOf: URL(filePath: store.files.bell))
    await #expect(throws: StoreError.self) { try await store.submit() }
    #expect(try Data(contentsOf: URL(filePath: store.files.bell)) == mark)
  }

  @Test("a log that is truncated while a commit is made, and is as long as before afterwards, is seen")
  func truncatedMeanwhile() async throws {
    let store = try bench.open()
    for _ in 0..<9 { _ = try await store.submit() }
    let log = bench.path + "-wal"
    await #expect(throws: StoreError.self) {
      try await store.write("truncate") { transaction in
        #expect(truncate(log, 0) == 0)
        try transaction.touch()
      }
    }
    #expect(fileSize(log) > 0)
    #expect(try await store.health().fault?.cause.contains("orders.db-wal was truncated") == true)
  }

  @Test("the log of a database that was overwritten is not mixed with the new one, in the next process either")
  func mismatch() async throws {
    let store = try bench.open()
    for _ in 0..<3 { _ = try await store.submit() }
    try SQLiteJobStore.backUp(path: bench.path, to: bench.folder.path + "/BACKUP")
    _ = try await store.submit()
    try shell("cp BACKUP F")
    await store.close()
    #expect(try shell("cmp BACKUP F") == "")
    #expect(fileSize(bench.path + "-wal") > 0)
    let error = #expect(throws: StoreError.self) { try bench.open() }
    #expect(error?.code == .unusable && error?.cause.contains("orders restore") == true)
    // This process has the old files open for good: another name stands for another process.
    try shell("mkdir z; cp F z/F")
    #expect(try await SQLiteJobStore.open(path: bench.folder.path + "/z/orders.db").counts().queued == 3)
  }

  @Test("a process that was killed in its turn leaves what the next one takes for right", arguments: [false, true])
  func killed(inCheckpoint: Bool) async throws {
    let store = try bench.open()
    _ = try await store.submit()
    let turnstile = try Turnstile(path: bench.path + "-turn")
    _ = try turnstile.take(inCheckpoint ? .copying : .writing)
    // As a commit that was cut off: the log has grown. As a checkpoint that was: the database was written.
    try shell(inCheckpoint ? "touch F" : "printf x >> F-wal")
    turnstile.release()
    _ = try await store.submit()
    #expect(try await store.health().fault == nil)
  }

  @Test("a turn of an older version is no other program's")
  func olderVersion() async throws {
    let store = try bench.open()
    _ = try await store.submit()
    let turn = HeldTurn(of: bench.path, line: "4711      \n")
    // Its checkpoint.
    try shell("touch F; printf x >> F-wal")
    turn.release()
    _ = try await store.submit()
    #expect(try await store.health().fault == nil)
    #expect(Turnstile.record(at: bench.path + "-turn") != nil)
  }

  @Test("checkpoints, small and large, are no other program's")
  func checkpoints() async throws {
    let stores = [try bench.open(.init(checkpointPages: 4)), try bench.open(.init(checkpointPages: 9))]
    for number in 0..<200 { _ = try await stores[number % 2].submit(String(repeating: "x", count: number * 50)) }
    for store in stores {
      #expect(try await store.health().fault == nil)
      await store.close()
    }
    _ = try await bench.open().submit()
  }

  @Test("a record comes back as it was written, and half of one is none")
  func record() throws {
    let look = FileLook(identity: FileIdentity(device: 1, inode: 2), size: 3, modified: 4)
    for phase in [TurnRecord.Phase.settled, .writing, .copying] {
      for sight in [
        TurnRecord.Sight(database: look, log: look), .init(database: look, log: nil), .init(database: nil, log: nil),
      ] {
        let record = TurnRecord(phase, sight)
        record.words.withUnsafeBytes { bytes in
          #expect(bytes.count == TurnRecord.size)
          #expect(TurnRecord(bytes) == record)
          #expect(TurnRecord(UnsafeRawBufferPointer(rebasing: bytes.dropLast())) == nil)
        }
        for index in record.words.indices {
          var words = record.words
          words[index] ^= 1
          words.withUnsafeBytes { #expect(TurnRecord($0) == nil) }
        }
      }
    }
  }

  /// Runs it in the folder of the store, where `F` is the database.
  @discardableResult
  private func shell(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-ec", command.replacing(/\bF\b/, with: "orders.db")]
    process.currentDirectoryURL = URL(filePath: bench.folder.path)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command)")
    return String(decoding: data, as: UTF8.self)
  }
}
