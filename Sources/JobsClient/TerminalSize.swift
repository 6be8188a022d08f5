import Glibc

/// How large a terminal is now.
public enum TerminalSize {
  /// That of standard output; `nil` where it is none; 80 by 24 where it doesn't say.
  public static var current: (columns: Int, rows: Int)? { of(STDOUT_FILENO) }

  /// The same of another descriptor.
  static func of(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 1 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
