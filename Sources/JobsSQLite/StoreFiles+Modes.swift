internal import Glibc

/// The store is for its owner's eyes: who may open a file of it may hold its locks, and stop every writer.
extension StoreFiles {
  private static let forOthers: mode_t = 0o077

  /// Makes the database's file where there is none, for SQLite would make it readable by others; its own side files get
  /// the database's mode. Call it in one's turn: the file is new, so that closing it drops no lock of SQLite's.
  func makeDatabase() {
    let descriptor = uninterrupted { open(database, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Takes from others what versions before gave them. What belongs to another user stays as it is.
  func closeToOthers() {
    for path in [database, log, database + "-shm", turn, bell, members] {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & Self.forOthers != 0 else { continue }
      chmod(path, status.st_mode & 0o7777 & ~Self.forOthers)
    }
  }
}
