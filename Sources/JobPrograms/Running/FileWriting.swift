import Glibc

enum FileWriting {
  static func write(_ text: String, to path: String, mode: mode_t) throws(SystemFault) {
    try write(Array(text.utf8), to: path, mode: mode)
  }

  /// A new file with exactly that mode, and with the bytes of an open one that has so many. Where the file systems can do that, the bytes
  /// don't pass through this process.
  static func copy(_ source: Int32, bytes: Int64, to path: String, mode: mode_t) throws(SystemFault) {
    let descriptor = try make(path, mode: mode)
    defer { close(descriptor) }
    var offset: off_t = 0
    while case let count = sendfile(descriptor, source, &offset, 1 << 30), count != 0 {
      guard count > 0 || errno == EINTR else { throw SystemFault("copy to \(path)") }
    }
    guard offset == bytes else { throw SystemFault("copy to \(path), of \(bytes) bytes", errno: EIO) }
  }

  private static func make(_ path: String, mode: mode_t) throws(SystemFault) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SystemFault("open \(path)") }
    guard fchmod(descriptor, mode) == 0 else {
      defer { close(descriptor) }
      throw SystemFault("chmod \(path)")
    }
    return descriptor
  }

  /// A new file with exactly that mode.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(SystemFault) {
    let descriptor = try make(path, mode: mode)
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SystemFault("write \(path)") }
      rest = rest.dropFirst(count)
    }
  }
}
