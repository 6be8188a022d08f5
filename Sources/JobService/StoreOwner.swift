import Foundation
import Glibc
import Jobs

/// A store's folder may belong to a user whom root has no reason to trust: the files in it are links, or worse, if that
/// user wants it so.
enum StoreOwner {
  /// Runs `body`, where root runs this program, with the rights of whoever owns the folder of `path`. They are those of
  /// the whole process meanwhile: no other thread may need root's.
  static func acting<Value, Failure: Error>(
    for path: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var status = stat()
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard geteuid() == 0, stat(folder, &status) == 0, status.st_uid != 0 else { return try body() }
    var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
    let count = getgroups(Int32(groups.count), &groups)
    let group = getegid()
    guard count >= 0, setgroups(1, [status.st_gid]) == 0, setegid(status.st_gid) == 0, seteuid(status.st_uid) == 0
    else { giveUp("to become the owner of \(folder)") }
    defer {
      if seteuid(0) != 0 || setegid(group) != 0 || setgroups(Int(count), groups) != 0 { giveUp("to be root again") }
    }
    return try body()
  }

  /// The name of the owner of `path` where that is neither root nor who asks; only root is told.
  static func stranger(owning path: String) -> String? {
    var status = stat()
    guard geteuid() == 0, stat(path, &status) == 0, status.st_uid != 0 else { return nil }
    return getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? String(status.st_uid)
  }

  /// Fails where root would make or change files in the folder of `path` and that is another user's, with whatever links
  /// are there.
  static func refuseStranger(folderOf path: String, operation: String) throws(StoreError) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard let owner = stranger(owning: folder) else { return }
    throw StoreError(
      .unusable, operation: operation,
      cause: "\(folder) belongs to the user \(owner): run it as that one (runuser -u \(owner) -- orders …)")
  }

  private static func giveUp(_ what: String) -> Never {
    let reason = String(cString: strerror(errno))
    FileHandle.standardError.write(Data("orders: the system does not allow \(what): \(reason)\n".utf8))
    exit(EX_OSERR)
  }
}
