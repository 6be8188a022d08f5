internal import Glibc

/// What another program did to a file of the store while a process had it open.
struct FileFault: Hashable, CustomStringConvertible {
  /// In the words that follow the path.
  enum Deed: String {
    case removed = "was removed"
    case replaced = "was replaced by another file"
    case overwritten = "was overwritten by another program"
    case truncated = "was truncated by another program"
    case linked = "got a second name (a hard link)"
  }

  let path: String
  let deed: Deed

  init(_ path: String, _ deed: Deed) {
    (self.path, self.deed) = (path, deed)
  }

  var description: String { "\(path) \(deed.rawValue)" }
}

/// What a file that members have open shows by itself, whatever was known of it before; `nil` where nothing is wrong.
extension FileFault {
  /// A new connection to an empty database would remove its log.
  static func ofDatabase(_ found: FileLook.Named, at path: String) -> FileFault? {
    if found.names != 1 { return FileFault(path, .linked) }
    return found.look.size == 0 ? FileFault(path, .truncated) : nil
  }

  /// A log that was truncated while SQLite appended to it is as long as before: it begins with a hole then. Only where the
  /// file system tells of holes. A hole that is gone a moment later is no fault: while ext4 allocates blocks that it has
  /// reserved, it counts them for an instant as neither.
  static func ofLog(_ found: FileLook.Named, at path: String) throws(SystemFailure) -> FileFault? {
    var found = found
    for _ in 0..<20 where found.hasHole {
      usleep(1000)
      guard let again = try FileLook.ofName(path) else { return FileFault(path, .removed) }
      found = again
    }
    return found.hasHole ? FileFault(path, .truncated) : nil
  }

  /// SQLite makes it at least this long, and no process may use the part of it that is missing.
  static func ofIndex(_ found: FileLook.Named, at path: String) -> FileFault? {
    found.look.size < 32 << 10 ? FileFault(path, .truncated) : nil
  }
}
