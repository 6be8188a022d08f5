internal import Glibc

/// The members of a store take turns: whoever holds the lock of this side file may write, checkpoint, migrate or close.
///
/// The lock is `flock`'s, which belongs to this open file: members in one process exclude each other as well, the kernel
/// serves waiters in order, and a dead holder's lock is free at once. SQLite's own busy handler starves.
final class Turnstile: Sendable {
  private let descriptor: Int32

  init(path: String) throws(SystemFailure) {
    descriptor = uninterrupted { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw SystemFailure("open \(path)") }
  }

  deinit {
    close(descriptor)
  }

  /// Blocks until the turn has come, however long that takes: only for the writer's thread.
  func take() throws(SystemFailure) {
    guard uninterrupted({ flock(descriptor, LOCK_EX) }) == 0 else { throw SystemFailure("flock turnstile") }
    var line = "\(getpid())"
    line += String(repeating: " ", count: max(0, 10 - line.utf8.count)) + "\n"
    line.withUTF8 { bytes in
      // Only a hint for people: a full disk may refuse it, and the turn is ours all the same.
      _ = pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
    }
  }

  func release() {
    flock(descriptor, LOCK_UN)
  }

  /// The process that had the turn last: while one waits, the one that has it.
  var holder: Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
    return Int32(String(decoding: digits, as: UTF8.self))
  }

  /// The same for people.
  var holderName: String { holder.map { "process \($0)" } ?? "another process" }
}
