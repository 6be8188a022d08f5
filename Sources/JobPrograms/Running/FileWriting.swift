import Glibc

enum FileWriting {
  static func write(_ text: String, to path: String, mode: mode_t) throws(SystemFault) {
    try write(Array(text.utf8), to: path, mode: mode)
  }

  /// A new file with exactly that mode.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(SystemFault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SystemFault("open \(path)") }
    defer { close(descriptor) }
    guard fchmod(descriptor, mode) == 0 else { throw SystemFault("chmod \(path)") }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SystemFault("write \(path)") }
      rest = rest.dropFirst(count)
    }
  }
}
