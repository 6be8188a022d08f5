import Glibc
import JobsSQLite

/// Another program that has the store's turn and doesn't go on, until this value is released.
final class HeldTurn: Sendable {
  private let descriptor: Int32

  init(of database: String, line: String = "4711\n") {
    descriptor = open(database + "-turn", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    flock(descriptor, LOCK_EX)
    ftruncate(descriptor, 0)
    _ = pwrite(descriptor, line, line.utf8.count, 0)
  }

  func release() {
    flock(descriptor, LOCK_UN)
  }

  deinit {
    close(descriptor)
  }
}
