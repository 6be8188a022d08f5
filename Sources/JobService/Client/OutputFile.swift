import Foundation
import JobsClient

/// A file that is written as its bytes come, and there only once all have come. What is there before stays until then; a
/// device, a pipe or a link is written to as it is.
final class OutputFile {
  private let path: String
  private let descriptor: Int32
  /// Where the bytes are until all have come; `nil` once they are at `path`.
  private var draft: String?

  init(_ path: String) throws(ClientFailure) {
    self.path = path
    var found = stat()
    let isPlain = lstat(path, &found) != 0 || found.st_mode & S_IFMT == S_IFREG
    let place = isPlain ? path + ".part-" + UUID().uuidString.prefix(8) : path
    draft = isPlain ? place : nil
    descriptor = open(place, O_WRONLY | O_CREAT | O_CLOEXEC | (isPlain ? O_EXCL : O_TRUNC), 0o666)
    if descriptor < 0 {
      draft = nil
      throw Self.failure(path)
    }
    // Who may read what was there may read what comes in its place.
    if isPlain, found.st_mode != 0 { fchmod(descriptor, found.st_mode & 0o7777) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let draft { unlink(draft) }
  }

  func write(_ bytes: [UInt8]) throws(ClientFailure) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path) }
      sent += count
    }
  }

  /// All bytes have come.
  func finish() throws(ClientFailure) {
    guard let draft else { return }
    guard rename(draft, path) == 0 else { throw Self.failure(path) }
    self.draft = nil
  }

  private static func failure(_ path: String) -> ClientFailure {
    ClientFailure(.other, "can't write \(path): \(String(cString: strerror(errno)))")
  }
}
