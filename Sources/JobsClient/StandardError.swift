import Glibc

/// What a command has to say beside it.
public enum StandardError {
  /// One line, with the program's name before it.
  public static func complain(_ text: String) {
    write("orders: \(PrintableText.text(text))\n")
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      // Nobody is left to be told.
      guard count > 0 || errno == EINTR else { return }
      bytes = bytes.dropFirst(max(count, 0))
    }
  }
}
