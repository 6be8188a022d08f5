import Glibc

/// What a command has to say to whoever asked.
public enum StandardOutput {
  public static func line(_ text: String) {
    write(Array((text + "\n").utf8))
  }

  /// A document of the service as one line of text: unchanged, but for line ends between its values, and, in a terminal,
  /// for characters that would act on it.
  public static func document(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.map { [0x09, 0x0A, 0x0D].contains($0) ? 0x20 : $0 }, as: UTF8.self)
    return isTerminal ? PrintableText.text(text) : text
  }

  /// A text of many lines, unchanged; in a terminal without characters that would act on it.
  public static func text(_ bytes: [UInt8]) {
    guard isTerminal else { return write(bytes) }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") { self.line(PrintableText.text(line)) }
  }

  public static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// All of it, or the end of the process: what can't be said can't be reported either.
  public static func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      if count < 0 {
        guard errno != EINTR else { continue }
        StandardError.complain("can't write to standard output: \(String(cString: strerror(errno)))")
        exit(EX_IOERR)
      }
      sent += count
    }
  }
}
