import Glibc

/// A lock that says that a slot is held: Linux's, of an open file description. It ends with the process, whatever ends
/// that, and can be asked about without being taken, so that whoever only looks is in nobody's way.
enum FileLock {
  // The headers have these for GNU programs only.
  private static let ask: Int32 = 36  // F_OFD_GETLK
  private static let set: Int32 = 37  // F_OFD_SETLK

  /// Takes it, or returns false where somebody has it, in this process too.
  static func take(_ descriptor: Int32) -> Bool {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, set, &lock) == 0
  }

  /// In doubt it is.
  static func isTaken(_ descriptor: Int32) -> Bool {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, ask, &lock) != 0 || lock.l_type != Int16(F_UNLCK)
  }
}
