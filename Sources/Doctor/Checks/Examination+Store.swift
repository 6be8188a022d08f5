extension Examination {
  /// STRICT tables are the newest thing that the store needs.
  private static let oldestEngine = [3, 37]
  private static let largestLog: Int64 = 256 << 20
  private static let leastSpace: Int64 = 256 << 20
  /// Of the clocks of two moments of one machine.
  private static let tolerance: Int64 = 60_000

  mutating func look(at store: StoreFacts) {
    if store.engine.lexicographicallyPrecedes(Self.oldestEngine) {
      report(
        "sqlite-version", at: store.path,
        "SQLite \(store.engine.map(String.init).joined(separator: ".")) can't keep the store's tables",
        mend: "SQLite 3.37 or later")
    }
    if store.isRemote {
      report(
        "file-system", at: store.path,
        "it lies on a network file system (\(store.fileSystem ?? "unknown")), where SQLite loses data",
        mend: "move it to a local disk")
    } else if store.isInMemory {
      report(
        "file-system", at: store.path,
        "it lies in memory (\(store.fileSystem ?? "unknown")): the machine's restart loses all jobs",
        mend: "move it to a local disk")
    }
    switch store.schema {
    case .current: break
    case .older:
      report(
        "schema", at: store.path, "an older version of this program wrote it last: that version, or none, runs",
        mend: "a rolling restart with this one; it brings the store up to date")
    case .newer:
      report(
        "schema", at: store.path, "a newer version of this program wrote it, which this one can't read",
        mend: "install that version again, or restore a backup of before")
    }
    lookAtSettings(store)
    lookAtWork(store)
    if let free = store.freeSpace, free < Self.leastSpace {
      report(
        "disk-space", at: store.path,
        "its disk has \(free >> 20) MiB left: when it is full, jobs are refused with 503",
        mend: "make room, or let old orders expire (--keep-final)")
    }
    if store.isExpiryHeld {
      report(
        "expiry", at: store.path, "no job expires: more than 30 days of ends would expire at once",
        mend: "see that the clock and --keep-final are right; then orders expire --confirm")
    }
    if let newest = store.newestTime, newest > facts.now + Self.tolerance {
      report(
        "clock", at: store.path,
        "it has times \((newest - facts.now) / 1000)s ahead of this machine's clock, which was set back, or is wrong now",
        mend: "keep the clock by NTP (timedatectl set-ntp true)")
    }
  }

  private mutating func lookAtWork(_ store: StoreFacts) {
    let places = Set(store.settings.keys.map { "process \($0)" })
    let responders = facts.responders.filter { places.contains($0.place) }
    guard store.workers == 0, !places.isEmpty, responders.count == places.count,
      responders.allSatisfy({ $0.jobs == 0 })
    else { return }
    report(
      "no-worker", at: store.path, "jobs are accepted and wait: no worker runs, and all responders have --jobs 0",
      mend: "systemctl enable --now orders-worker@1, or orders work; or responders without --jobs 0")
  }

  private mutating func lookAtSettings(_ store: StoreFacts) {
    if store.schema != .newer, store.journalMode != "wal" {
      report(
        "journal-mode", at: store.path, "its journal mode is \(store.journalMode), not wal: another program changed it",
        mend: "restart the responders, which set it; let no other program write to the store")
    }
    for (process, settings) in store.settings.sorted(by: { $0.key < $1.key }) {
      for (name, wanted) in [("synchronous", "2"), ("wal_autocheckpoint", "0"), ("journal_mode", "wal")] {
        guard let value = settings[name], value != wanted else { continue }
        report(
          "pragma", at: "process \(process)",
          "its connection has \(name)=\(value), not \(wanted): a 202 may not be on disk",
          mend: "restart it; tell the project if it comes again")
      }
    }
    if store.logSize > Self.largestLog {
      report(
        "wal-size", at: store.path + "-wal",
        "the log has \(store.logSize >> 20) MiB: somebody reads for a long time, which pins it",
        mend: "end programs that have the store open (fuser), sqlite3 shells first")
    }
  }

  mutating func look(at file: StrayFileFacts) {
    let process = file.process.map { "process \($0)" }
    report(
      "store-files", at: process ?? file.path,
      "\(file.path) \(file.fault) while \(process == nil ? "responders have" : "it has") it open: writes are refused with 503",
      mend: Self.mend(of: file))
  }

  private static func mend(of file: StrayFileFacts) -> String {
    let begin = "put the file back if it was moved; else end all responders (systemctl stop orders.socket 'orders@*')"
    let isAside = ["-turn", "-bell", "-shm"].contains { file.path.hasSuffix($0) } || file.path.contains("-members")
    if isAside { return begin + " and start them again: nothing is lost" }
    let left = file.process.map { "; what was removed is still in /proc/\($0)/fd until that process ends" }
    return begin + ", run orders check, and orders restore only if it finds faults"
      + (file.fault == "was removed" ? left ?? "" : "")
  }

  mutating func look(at responder: Responder) {
    if responder.isReplaced {
      report(
        "old-program", at: responder.place, "it runs a program that was replaced since", mend: "a rolling restart")
    }
    if let limit = responder.descriptors {
      lookAtDescriptors(limit, streams: responder.streams, at: responder.place)
    }
  }
}
