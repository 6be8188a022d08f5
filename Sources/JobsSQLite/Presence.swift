internal import Glibc
internal import Jobs
internal import Synchronization

/// The proof that a member lives: the kernel's lock on a side file of its own, held for life. Whatever ends the process
/// frees it, and process numbers play no part, so that a reused one deceives nobody.
final class Presence: Sendable {
  let token: String
  private let path: String
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

  /// Locks a file of the same name again, should somebody have removed it.
  func restore() throws(SystemFailure) {
    let fresh = try Self.locked(path + ".new")
    guard rename(path + ".new", path) == 0 else {
      let failure = SystemFailure("rename \(path).new")
      close(fresh)
      throw failure
    }
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = fresh
    }
  }

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

  /// Removes the files that no row names: those of members that died while they joined. In one's turn.
  static func sweep(_ files: StoreFiles, keeping tokens: Set<String>) {
    guard let folder = opendir(files.members) else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let token = name.prefix { $0 != "." }
      guard name.contains(".lock"), !tokens.contains(String(token)) else { continue }
      unlink(files.members + "/" + name)
    }
  }

  /// Distinguishes the machine's boots: monotonic times of another one mean nothing.
  static let boot = machineBoot

  /// 64 random bits as hexadecimal digits.
  static func randomName() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  private static func locked(_ path: String) throws(SystemFailure) -> Int32 {
    let descriptor = uninterrupted { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) }
    guard descriptor >= 0 else { throw SystemFailure("open \(path)") }
    guard uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
      let failure = SystemFailure("flock \(path)")
      close(descriptor)
      throw failure
    }
    return descriptor
  }
}
