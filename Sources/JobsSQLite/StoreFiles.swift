internal import Glibc
internal import Jobs

/// The database and its side files. Nothing here opens the database itself: closing any descriptor of it would drop
/// SQLite's locks of the whole process.
struct StoreFiles: Sendable {
  var database: String
  var turn: String { database + "-turn" }
  var bell: String { database + "-bell" }
  var members: String { database + "-members" }
  /// Of the files of results: see `JobFiles`.
  var filesFolder: String { database + "-files" }
  var log: String { database + "-wal" }
  /// SQLite's index of the log, which its locks are in.
  var index: String { database + "-shm" }

  /// Resolves links, so that all members agree on the side files whatever path they were given. `creating` makes the
  /// folder of the members, but beside no file that can't be a store: `replacing` asks for no more than a file.
  init(path: String, creating: Bool = true, replacing: Bool = false) throws(StoreError) {
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw StoreError(.unusable, operation: "open", cause: "not the path of a file: \(path)")
    }
    if creating { Self.completeLink(path) }
    if let resolved = Self.resolved(path) {
      database = resolved
    } else {
      database = try Self(named: path).database
    }
    if creating {
      try Self.refuseNoFile(database)
      if !replacing { try refuseForeign(openedAs: path) }
    }
    guard !creating || mkdir(members, 0o700) == 0 || errno == EEXIST else {
      throw StoreError(.unavailable, operation: "open", cause: SystemFailure("mkdir \(members)").description)
    }
  }

  /// Resolves the links of the folder, but not one of that name.
  init(named path: String) throws(StoreError) {
    let folder = Self.folder(of: path)
    let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    guard let parent = Self.resolved(folder) else {
      throw StoreError(.unavailable, operation: "open", cause: SystemFailure("realpath \(folder)").description)
    }
    database = parent == "/" ? "/" + name : parent + "/" + name
  }

  /// A link to a file that is not there yet: SQLite would make the file, and whoever came later would look for the side
  /// files beside it, not beside the link. Nobody has it open, so that no lock is lost.
  private static func completeLink(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, access(path, F_OK) != 0 else { return }
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
  }

  /// A store that is there already, for a visitor who makes nothing.
  init(existing path: String) throws(StoreError) {
    guard let resolved = Self.resolved(path) else {
      throw StoreError(.unusable, operation: "open", cause: SystemFailure("realpath \(path)").description)
    }
    database = resolved
  }

  /// The folder a file is in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The names in the folder of members.
  var locks: [String] {
    guard let folder = opendir(members) else { return [] }
    defer { closedir(folder) }
    return names(in: folder)
  }

  func lock(of token: String) -> String { members + "/" + token + ".lock" }

  private static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
