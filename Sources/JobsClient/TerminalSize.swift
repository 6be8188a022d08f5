import Glibc

/// How large the terminal of standard output is now.
public enum TerminalSize {
  /// `nil` where it is none; 80 by 24 where it doesn't say.
  public static var current: (columns: Int, rows: Int)? {
    guard StandardOutput.isTerminal else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 1 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
