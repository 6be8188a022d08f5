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
    descriptor = Mutex(try Self.locked(path, of: files.database))
  }

  deinit {
    letGo()
  }

  /// What a death does: the lock is free, the file stays. Also while a child that is being started has the descriptor.
  func letGo() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 {
        flock(descriptor, LOCK_UN)
        close(descriptor)
      }
      descriptor = -1
    }
  }

  /// Nothing but the end of the process frees the lock from now on.
  func lastUntilExit() {
    descriptor.withLock { $0 = -1 }
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

  /// A member that lives although its lock's file was removed, or moved away with the others, as far as this user may
  /// look at its process. Its lock is asked for, so that one that just leaves isn't taken for it.
  static func unnamed(in files: StoreFiles) -> Living? {
    for process in OpenDescriptors.processes() {
      for (link, name) in OpenDescriptors.links(of: process) {
        guard let fate = Fate(of: name, files) else { continue }
        // Whoever made a pipe of that name must not make us wait.
        let descriptor = uninterrupted { open(link, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
        guard descriptor >= 0 else { continue }
        defer { close(descriptor) }
        if fate == .moved, !isOf(files, descriptor, process) { continue }
        if flock(descriptor, LOCK_SH | LOCK_NB) != 0 { return Living(pid: process) }
      }
    }
    return nil
  }

  /// What became of a file that may be a member's lock, by the name that the kernel has for it now.
  private enum Fate {
    case removed
    /// Another store's lock looks the same: see ``isOf(_:_:_:)``.
    case moved

    init?(of name: String, _ files: StoreFiles) {
      let isHere = name.hasPrefix(files.members + "/")
      if isHere, name.hasSuffix(".lock" + OpenDescriptors.deleted) {
        self = .removed
      } else if !isHere, name.hasSuffix(".lock"), StoreFiles.folder(of: name).hasSuffix("-members") {
        self = .moved
      } else {
        return nil
      }
    }
  }

  /// Whether the lock says that it was made for this database, and belongs to us or to whom the database's folder belongs:
  /// anybody can write into a file of his own that it is one. Where a process has mounts of its own, another folder may
  /// have that name there.
  private static func isOf(_ files: StoreFiles, _ lock: Int32, _ process: Int32) -> Bool {
    let text = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX) + 16) { bytes, length in
      length = max(0, pread(lock, bytes.baseAddress, bytes.count, 0))
    }
    let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: 2)
    guard lines.count >= 2, lines[1].elementsEqual(files.database.utf8) else { return false }
    let folder = StoreFiles.folder(of: files.database)
    var (file, here, there) = (stat(), stat(), stat())
    guard fstat(lock, &file) == 0, stat(folder, &here) == 0, stat("/proc/\(process)/root" + folder, &there) == 0 else {
      return false
    }
    return [geteuid(), here.st_uid].contains(file.st_uid)
      && FileIdentity(here) == FileIdentity(there)
  }

  /// Distinguishes the machine's boots: monotonic times of another one mean nothing.
  static let boot = machineBoot

  /// 64 random bits as hexadecimal digits.
  static func randomName() -> String {
    UInt64.random(in: .min ... .max).hexadecimal
  }

  /// A new file that is locked when it gets its name. In it are the process's number, for people, and the path of the
  /// database: see ``unnamed(in:)``.
  private static func locked(_ path: String, of database: String) throws(SystemFailure) -> Int32 {
    let fresh = path + ".new"
    let descriptor = uninterrupted { open(fresh, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw SystemFailure("open \(fresh)") }
    let text = [UInt8]("\(getpid())\n\(database)\n".utf8)
    _ = pwrite(descriptor, text, text.count, 0)
    guard uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0, rename(fresh, path) == 0 else {
      let failure = SystemFailure("lock \(path)")
      close(descriptor)
      throw failure
    }
    return descriptor
  }
}
