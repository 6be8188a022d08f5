internal import Glibc
internal import Jobs
internal import Synchronization

/// The proof that a member lives: the kernel's lock on a side file of its own, held for life. Whatever ends the process
/// frees it, and process numbers play no part, so that a reused one deceives nobody.
final class Presence: Sendable {
  let token: String
  let path: String
  private let descriptor: Mutex<Int32>

  /// Call it in one's turn and before the member's row exists: nobody looks at a lock that no row names.
  init(in files: StoreFiles) throws(SystemFailure) {
    token = Self.randomName()
    path = files.lock(of: token)
    descriptor = Mutex(try Self.locked(path))
  }

  deinit {
    letGo()
  }

  /// What a death does: the lock is free, the file stays.
  func letGo() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  var isHeld: Bool { descriptor.withLock { $0 >= 0 } }

  /// An orderly end: the file goes as well.
  func remove() {
    unlink(path)
    letGo()
  }

  /// The file that is locked; `nil` after ``letGo()``.
  var identity: FileIdentity? { descriptor.withLock { FileIdentity(descriptor: $0) } }

  /// Whether the member with that token is dead. In doubt (no permission, no free descriptor) it is not: its lease
  /// runs out all the same.
  static func isGone(_ token: String, in files: StoreFiles) -> Bool {
    let descriptor = uninterrupted { open(files.lock(of: token), O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return errno == ENOENT }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) == 0
  }

  /// What a dead member leaves behind, once its row is gone; not the file of one that was taken for dead and is back.
  static func removeFile(of token: String, in files: StoreFiles) {
    if isGone(token, in: files) { unlink(files.lock(of: token)) }
  }

  /// Removes the files that no row names, unless somebody holds them: those of members that died while they joined. In
  /// one's turn.
  static func sweep(_ files: StoreFiles, keeping tokens: Set<String>) {
    for name in files.locks {
      let token = String(name.prefix { $0 != "." })
      guard name.contains(".lock"), !tokens.contains(token) else { continue }
      if name.hasSuffix(".lock") { removeFile(of: token, in: files) } else { unlink(files.members + "/" + name) }
    }
  }

  /// A member that lives, as its lock shows it, whatever the database says.
  struct Living {
    /// Unknown of a member of an older version.
    var pid: Int32?
    var name: String { pid.map { "process \($0)" } ?? "another process" }
  }

  /// All members that live. A lock appears under its name when it is held already, so that this look disturbs nobody.
  static func living(in files: StoreFiles) -> [Living] {
    files.locks.filter { $0.hasSuffix(".lock") }.compactMap { name in
      let descriptor = uninterrupted { open(files.members + "/" + name, O_RDONLY | O_CLOEXEC) }
      guard descriptor >= 0 else { return errno == ENOENT ? nil : Living(pid: nil) }
      defer { close(descriptor) }
      guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: 16)
      let count = pread(descriptor, &bytes, bytes.count, 0)
      return Living(pid: Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 > 0x20 }, as: UTF8.self)))
    }
  }

  /// A member that lives although its lock's file was removed, as far as this user may look at its process. Its lock is
  /// asked for, so that one that just leaves isn't taken for it.
  static func unnamed(in files: StoreFiles) -> Living? {
    for process in OpenDescriptors.processes() {
      for (link, name) in OpenDescriptors.links(of: process) {
        guard name.hasPrefix(files.members + "/"), name.hasSuffix(".lock" + OpenDescriptors.deleted) else { continue }
        let descriptor = uninterrupted { open(link, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { continue }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) != 0 { return Living(pid: process) }
      }
    }
    return nil
  }

  /// Distinguishes the machine's boots: monotonic times of another one mean nothing.
  static let boot = machineBoot

  /// 64 random bits as hexadecimal digits.
  static func randomName() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// A new file that is locked when it gets its name, with the process's number in it for people.
  private static func locked(_ path: String) throws(SystemFailure) -> Int32 {
    let fresh = path + ".new"
    let descriptor = uninterrupted { open(fresh, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw SystemFailure("open \(fresh)") }
    let line = [UInt8]("\(getpid())\n".utf8)
    _ = pwrite(descriptor, line, line.count, 0)
    guard uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0, rename(fresh, path) == 0 else {
      let failure = SystemFailure("lock \(path)")
      close(descriptor)
      throw failure
    }
    return descriptor
  }
}
