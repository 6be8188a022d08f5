internal import Glibc
internal import Jobs

/// The files that a member has open: the database with SQLite's two files, and the side files. A member acknowledges
/// nothing unless they are the ones that the paths name: what it writes to others is lost, and locks on others exclude
/// nobody. One rule for all of them: a member whose files were removed or replaced writes nothing until they are back, or
/// its process ends.
struct OpenFiles: Sendable {
  let paths: StoreFiles
  private let folder: String
  private let database: FileIdentity
  private let log: FileIdentity
  private let others: [(path: String, identity: FileIdentity)]
  private let index: FileIdentity
  private let countsHoles: Bool

  /// In one's turn, once SQLite has opened all of its files. Each path is looked up, and the file found there must be one
  /// that this process has open: an exchange in the middle of the opening is seen. The side files are asked for by their
  /// descriptors.
  init(_ paths: StoreFiles, turn: FileIdentity?, bell: FileIdentity?, lock: (path: String, identity: FileIdentity?))
    throws(StoreError)
  {
    self.paths = paths
    folder = StoreFiles.folder(of: paths.database)
    let open = Self.ofThisProcess()
    countsHoles = FileSystem.current(of: paths.database)?.tellsOfHoles ?? false
    database = try Self.opened(paths.database, among: open)
    log = try Self.opened(paths.log, among: open)
    index = try Self.opened(paths.index, among: open)
    let sides: [(path: String, identity: FileIdentity?)] = [(paths.turn, turn), (paths.bell, bell), lock]
    var others: [(path: String, identity: FileIdentity)] = []
    for side in sides {
      guard let identity = side.identity else {
        throw StoreError(.unavailable, operation: "open", cause: SystemFailure("fstat \(side.path)").description)
      }
      others.append((side.path, identity))
    }
    self.others = others
  }

  /// Any thread. How database and log are now. Throws `.unavailable` and names the file where one is not the one that is
  /// open, or that can't be told.
  func look() throws(StoreError) -> TurnRecord.Sight {
    let sight = try data()
    try Self.refuse(.ofIndex(same(paths.index, index), at: paths.index))
    for other in others { _ = try same(other.path, other.identity) }
    return sight
  }

  /// The same for a thread that looks again and again: as long as no name was added, removed or changed in the two folders
  /// `since` its last look, the side files are the same ones.
  func look(since: inout Folders?) throws(StoreError) -> TurnRecord.Sight {
    let now = try folders()
    if let now, now == since { return try data() }
    let sight = try look()
    since = now
    return sight
  }

  /// The folders of database and locks, as they were last changed.
  struct Folders: Equatable {
    fileprivate var store: FileLook
    fileprivate var members: FileLook
  }

  /// `nil` where one was changed so short a time ago that a further change may have the same time.
  func folders() throws(StoreError) -> Folders? {
    guard let store = try Self.look(folder), let members = try Self.look(paths.members)
    else { return nil }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let settled = (Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)) - 100_000_000
    return store.modified < settled && members.modified < settled ? Folders(store: store, members: members) : nil
  }

  private func data() throws(StoreError) -> TurnRecord.Sight {
    let database = try same(paths.database, self.database)
    try Self.refuse(.ofDatabase(database, at: paths.database))
    let log = try same(paths.log, self.log)
    if countsHoles {
      let fault: FileFault?
      do {
        fault = try FileFault.ofLog(log, at: paths.log)
      } catch {
        throw StoreError(.unavailable, operation: "write", cause: error.description)
      }
      try Self.refuse(fault)
    }
    return TurnRecord.Sight(database: database.look, log: log.look)
  }

  private func same(_ path: String, _ identity: FileIdentity) throws(StoreError) -> FileLook.Named {
    let found: FileLook.Named?
    do {
      found = try FileLook.ofName(path)
    } catch {
      throw StoreError(.unavailable, operation: "write", cause: error.description)
    }
    guard let found else { throw Self.refusal(FileFault(path, .removed)) }
    guard found.look.identity == identity else { throw Self.refusal(FileFault(path, .replaced)) }
    return found
  }

  private static func refuse(_ fault: FileFault?) throws(StoreError) {
    if let fault { throw refusal(fault) }
  }

  static func refusal(_ fault: FileFault) -> StoreError {
    var error = StoreError(.unavailable, operation: "write", cause: "\(fault) while this process has it open")
    error.isOfLostFiles = true
    return error
  }

  private static func look(_ path: String) throws(StoreError) -> FileLook? {
    do {
      return try FileLook.at(path)
    } catch {
      throw StoreError(.unavailable, operation: "write", cause: error.description)
    }
  }

  private static func opened(_ path: String, among open: Set<FileIdentity>?) throws(StoreError) -> FileIdentity {
    guard let identity = try look(path)?.identity, open?.contains(identity) ?? true else {
      throw StoreError(
        .unavailable, operation: "open", cause: "\(path) was removed or replaced while this process opened it")
    }
    return identity
  }

  /// All files that this process has open; `nil` where there is no `/proc` to say so.
  private static func ofThisProcess() -> Set<FileIdentity>? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var found = Set<FileIdentity>()
    for name in names(in: folder) {
      if let descriptor = Int32(name), let identity = FileIdentity(descriptor: descriptor) { found.insert(identity) }
    }
    return found
  }
}
