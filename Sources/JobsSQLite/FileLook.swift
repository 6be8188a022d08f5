internal import Glibc

/// Which file something is: a path may name another one a moment later.
struct FileIdentity: Hashable, Sendable {
  var device: UInt64
  var inode: UInt64

  init(device: UInt64, inode: UInt64) {
    (self.device, self.inode) = (device, inode)
  }

  init(_ status: stat) {
    self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// The file behind an open descriptor; `nil` where it isn't one.
  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// What a path named at one moment. Nothing is opened: closing a descriptor of the database would drop SQLite's locks.
struct FileLook: Hashable, Sendable {
  var identity: FileIdentity
  /// Bytes.
  var size: Int64
  /// When it was last written, in nanoseconds since 1970.
  var modified: Int64

  init(identity: FileIdentity, size: Int64, modified: Int64) {
    (self.identity, self.size, self.modified) = (identity, size, modified)
  }

  /// `nil` where the path names nothing. Throws where that can't be told.
  static func at(_ path: String) throws(SystemFailure) -> FileLook? {
    var status = stat()
    return try isThere(path, stat(path, &status)) ? FileLook(status) : nil
  }

  /// The same of the name itself, with what more is known of the file. A symbolic link is a file of its own here: whoever
  /// resolves it looks for the side files elsewhere.
  static func ofName(_ path: String) throws(SystemFailure) -> Named? {
    var status = stat()
    guard try isThere(path, lstat(path, &status)) else { return nil }
    return Named(look: FileLook(status), allocated: Int64(status.st_blocks) * 512, names: Int(status.st_nlink))
  }

  struct Named {
    var look: FileLook
    /// How many bytes of the file are on disk: fewer than its size where it has holes.
    var allocated: Int64
    /// Hard links.
    var names: Int

    var hasHole: Bool { allocated < look.size }
  }

  private init(_ status: stat) {
    self.init(
      identity: FileIdentity(status),
      size: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
  }

  private static func isThere(_ path: String, _ outcome: Int32) throws(SystemFailure) -> Bool {
    if outcome == 0 { return true }
    if errno == ENOENT || errno == ENOTDIR { return false }
    throw SystemFailure("stat \(path)")
  }
}
