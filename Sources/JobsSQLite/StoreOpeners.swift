internal import Glibc
public import Jobs

/// A file of a store that a process has open, and that is not the one at its path.
public struct StrayFile: Hashable, Sendable {
  /// Where the process believes it.
  public var path: String
  /// `nil` where every process has it open, and another program wrote to it.
  public var process: Int32?
  /// "was removed"
  public var fault: String
}

extension StrayFile {
  init(_ fault: FileFault, process: Int32?) {
    self.init(path: fault.path, process: process, fault: fault.deed.rawValue)
  }
}

extension SQLiteJobStore {
  /// What happened to the files of the store at `path` while processes had them open, as far as this user may look at
  /// those: as root, at all of them. The store itself need not be there, and is not opened.
  public static func strayFiles(path: String) throws(StoreError) -> [StrayFile] {
    do {
      let files = try StoreFiles(path: path, creating: false)
      var found: [StrayFile] = []
      // Where the path is a link that was made in the place of a store, processes have the one of before open.
      let named = try StoreFiles(named: path)
      for process in OpenDescriptors.processes() {
        let opened = OpenDescriptors(of: process)
        for store in named.database == files.database ? [files] : [files, named] {
          found += try opened.strays(of: store).map { StrayFile($0, process: process) }
        }
      }
      if found.isEmpty, !Presence.living(in: files).isEmpty, let fault = try damage(to: files) {
        found.append(StrayFile(fault, process: nil))
      }
      return found
    } catch {
      throw StoreError(error, operation: "inspect")
    }
  }

  /// Of the files that the members have open, by what ``OpenFiles`` and the turn's record know.
  private static func damage(to files: StoreFiles) throws -> FileFault? {
    let database = try FileLook.ofName(files.database)
    let log = try FileLook.ofName(files.log)
    let index = try FileLook.ofName(files.index)
    let tellsOfHoles = FileSystem.current(of: files.database)?.tellsOfHoles ?? false
    if let fault = database.flatMap({ FileFault.ofDatabase($0, at: files.database) }) { return fault }
    if tellsOfHoles, let log, let fault = try FileFault.ofLog(log, at: files.log) { return fault }
    if let fault = index.flatMap({ FileFault.ofIndex($0, at: files.index) }) { return fault }
    // Without the turn: a record that changes meanwhile says nothing.
    guard let record = Turnstile.record(at: files.turn) else { return nil }
    let fault = record.fault(of: TurnRecord.Sight(database: database?.look, log: log?.look), files)
    return Turnstile.record(at: files.turn) == record ? fault : nil
  }
}

/// The files that a process has open, as the kernel shows them to its user and to root.
struct OpenDescriptors {
  /// By the name that the kernel has for it now: a file that was moved has its new one.
  private var files: [(name: String, identity: FileIdentity)] = []

  init(of process: Int32) {
    for (link, name) in Self.links(of: process) {
      guard name.hasPrefix("/"), let look = try? FileLook.at(link) else { continue }
      files.append((name, look.identity))
    }
  }

  static func processes() -> [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    return names(in: folder).compactMap { Int32($0) }.sorted()
  }

  /// Each of its descriptors, which can be opened by its link, and the name that the kernel has for it.
  static func links(of process: Int32) -> [(link: String, name: String)] {
    guard let folder = opendir("/proc/\(process)/fd") else { return [] }
    defer { closedir(folder) }
    return names(in: folder).compactMap { descriptor in
      let link = "/proc/\(process)/fd/\(descriptor)"
      var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = bytes.withUnsafeMutableBytes { bytes in
        readlink(link, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
      }
      return count > 0 ? (link, String(decoding: bytes.prefix(count), as: UTF8.self)) : nil
    }
  }

  /// Only of a member, which has the bell and a lock open; a visitor opens the database alone.
  func strays(of store: StoreFiles) throws -> [FileFault] {
    let lock = files.first { $0.name.contains(".lock") && StoreFiles.folder(of: $0.name) == store.members }
    guard lock != nil || files.contains(where: { Self.path($0.name) == store.bell }) else { return [] }
    let identities = Set(files.map(\.identity))
    let paths = [store.database, store.log, store.index, store.turn, store.bell, lock.map { Self.path($0.name) }]
    return try paths.map { $0 ?? store.members }.compactMap { path -> FileFault? in
      guard let there = try FileLook.ofName(path)?.look else { return FileFault(path, .removed) }
      return identities.contains(there.identity) ? nil : FileFault(path, .replaced)
    }
  }

  /// How the kernel marks the name of a file that was removed.
  static let deleted = " (deleted)"

  private static func path(_ name: String) -> String {
    name.hasSuffix(deleted) ? String(name.dropLast(deleted.count)) : name
  }
}
