internal import Glibc

/// Which file something is: a path may name another one a moment later.
struct FileIdentity: Hashable, Sendable {
  var device: UInt64
  var inode: UInt64

  init(device: UInt64, inode: UInt64) {
    (self.device, self.inode) = (device, inode)
  }

  /// The file behind an open descriptor; `nil` where it isn't one.
  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
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
  static func at(_ path: String) throws(SystemFailure) -> FileLook? { try withAllocation(at: path)?.look }

  /// The same, with how many bytes of the file are on disk: fewer than its size where it has holes.
  static func withAllocation(at path: String) throws(SystemFailure) -> (look: FileLook, allocated: Int64)? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SystemFailure("stat \(path)")
    }
    let look = FileLook(
      identity: FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)),
      size: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
    return (look, Int64(status.st_blocks) * 512)
  }
}
