import Glibc

/// What a command has to say beside it.
public enum StandardError {
  /// One line, with the program's name before it.
  public static func complain(_ text: String) {
    var bytes = Array("orders: \(PrintableText.text(text))\n".utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      // Nobody is left to be told.
      guard count > 0 || errno == EINTR else { return }
      bytes = bytes.dropFirst(max(count, 0))
    }
  }
}
