import Testing

@testable import Doctor

@Suite("The store, the sockets and the processes")
struct StoreChecksTests {
  private static let now: Int64 = 1_800_000_000_000

  private func facts(_ change: (inout Facts) -> Void) -> Facts {
    var facts = Facts(paths: ["orders"])
    facts.now = Self.now
    facts.nginxUser = Identity(name: "www-data", user: 33, groups: [33])
    facts.sockets = ["/run/orders/orders.sock": .there(owner: 0, group: 33, mode: 0o660)]
    var store = StoreFacts(path: "/var/lib/orders/orders.sqlite", engine: [3, 40, 1])
    store.settings = [7: ["synchronous": "2", "wal_autocheckpoint": "0", "journal_mode": "wal"]]
    store.newestTime = Self.now - 5
    (store.fileSystem, store.freeSpace) = ("ext4", 1 << 40)
    facts.store = store
    facts.responders = [Responder(place: "process 7")]
    facts.responders[0].descriptors = 65_536
    change(&facts)
    return facts
  }

  private func codes(_ change: (inout Facts) -> Void) -> [String] {
    Examination.findings(of: facts(change)).map(\.code)
  }

  @Test("that are well have nothing to find")
  func silence() {
    #expect(codes { _ in } == [])
  }

  @Test("SQLite too old, another journal mode, another pragma, a huge log")
  func engine() {
    #expect(codes { $0.store?.engine = [3, 36, 9] } == ["sqlite-version"])
    #expect(codes { $0.store?.journalMode = "delete" } == ["journal-mode"])
    #expect(codes { $0.store?.settings[7]?["synchronous"] = "1" } == ["pragma"])
    #expect(codes { $0.store?.settings[7]?["wal_autocheckpoint"] = "1000" } == ["pragma"])
    #expect(codes { $0.store?.logSize = 1 << 30 } == ["wal-size"])
  }

  @Test("files that were removed or overwritten under a responder")
  func strayFiles() {
    #expect(
      codes { facts in
        facts.strayFiles = [
          StrayFileFacts(path: "/o.sqlite", process: 7, fault: "was removed"),
          StrayFileFacts(path: "/o.sqlite", process: nil, fault: "was overwritten by another program"),
        ]
      } == ["store-files", "store-files"])
  }

  @Test("a network file system, memory, a full disk, another version's store, times of the future")
  func surroundings() {
    #expect(codes { $0.store?.isRemote = true } == ["file-system"])
    #expect(codes { $0.store?.isInMemory = true } == ["file-system"])
    #expect(codes { $0.store?.freeSpace = 1 << 20 } == ["disk-space"])
    #expect(codes { $0.store?.schema = .newer } == ["schema"])
    #expect(codes { $0.store?.schema = .older } == ["schema"])
    #expect(codes { $0.store?.newestTime = Self.now + 3_600_000 } == ["clock"])
    #expect(codes { $0.store?.newestTime = Self.now + 1000 } == [])
    #expect(codes { $0.store?.isExpiryHeld = true } == ["expiry"])
  }

  @Test("a socket that is not there, that nobody listens on, that is open to all, or closed to nginx")
  func sockets() {
    let path = "/run/orders/orders.sock"
    func found(_ socket: SocketFacts) -> [String] { codes { $0.sockets[path] = socket } }
    #expect(found(.missing) == ["socket-missing"])
    #expect(found(.notASocket) == ["socket-missing"])
    #expect(found(.dead) == ["socket-dead"])
    #expect(found(.there(owner: 0, group: 33, mode: 0o666)) == ["socket-open"])
    #expect(found(.there(owner: 0, group: 0, mode: 0o660)) == ["socket-closed"])
    #expect(found(.there(owner: 0, group: 33, mode: 0o640)) == ["socket-closed"])
    #expect(found(.there(owner: 33, group: 0, mode: 0o600)) == [])
    #expect(codes { ($0.nginxUser, $0.sockets[path]) = (nil, .there(owner: 0, group: 0, mode: 0o600)) } == [])
  }

  @Test("responders that leave the work to workers, of which none runs")
  func noWorker() {
    #expect(codes { $0.responders[0].jobs = 0 } == ["no-worker"])
    #expect(
      codes { facts in
        facts.responders[0].jobs = 0
        facts.store?.settings[8] = [:]
        facts.store?.workers = 1
      } == [])
  }

  @Test("a process with few descriptors, or whose program was replaced")
  func processes() {
    #expect(codes { $0.responders[0].descriptors = 1024 } == ["responder-descriptors"])
    #expect(codes { $0.responders[0].isReplaced = true } == ["old-program"])
  }
}
