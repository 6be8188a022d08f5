internal import Glibc
internal import Jobs

/// What a path may name before anything is made beside it.
extension StoreFiles {
  /// Passes a path that names nothing. A pipe would be waited for, and nothing is to be made beside a device.
  static func refuseNoFile(_ path: String) throws(StoreError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    throw StoreError(.unusable, operation: "open", cause: "\(path) is no regular file")
  }

  /// Throws for a file of more than one name, since the side files lie beside one of them only; for a link that was made
  /// in the place of a store, whose log is left beside the link; and for another program's file, where there is no folder
  /// of members yet. Reads the file only then, so that no process that has the store open loses SQLite's locks.
  func refuseForeign(openedAs path: String) throws(StoreError) {
    var status = stat()
    guard stat(database, &status) == 0 else { return }
    guard status.st_nlink < 2 else {
      throw StoreError(
        .unusable, operation: "open", cause: "\(database) has a second name (a hard link): remove that one")
    }
    var (link, leftLog) = (stat(), stat())
    if lstat(path, &link) == 0, link.st_mode & S_IFMT == S_IFLNK, stat(path + "-wal", &leftLog) == 0,
      leftLog.st_size > 0
    {
      throw StoreError(
        .unavailable, operation: "open",
        cause: """
          \(path) is a link, and \(path)-wal is the log of a store that was there: end all processes of the store, put \
          the file back in the place of the link and start one
          """)
    }
    guard access(members, F_OK) != 0, status.st_size > 0, let header = Self.header(database) else { return }
    let id = header.dropFirst(68).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    let isDatabase = header.starts(with: Array("SQLite format 3\0".utf8))
    guard isDatabase, id == 0 || id == Schema.applicationID else {
      let what = isDatabase ? "another program's (application id \(id))" : "not a database"
      throw StoreError(.unusable, operation: "open", cause: "\(database) is \(what): left as it is")
    }
  }

  /// The beginning of an SQLite file, up to its application id; less of a shorter one. `nil` where it can't be read.
  private static func header(_ path: String) -> [UInt8]? {
    let descriptor = uninterrupted { open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 72)
    let count = uninterrupted { pread(descriptor, &bytes, bytes.count, 0) }
    return count < 0 ? nil : Array(bytes.prefix(count))
  }
}
