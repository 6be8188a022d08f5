import Foundation
import TestSupport
import Testing

/// The lock that whoever writes to the store holds, as a stranger sees it.
final class StoreTurn {
  private let descriptor: Int32

  init(of service: RunningService) throws {
    descriptor = open(service.database + "-turn", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw HTTPClient.Failure(description: "open the turnstile: \(errno)") }
  }

  deinit {
    close(descriptor)
  }

  /// Whether nobody lets go of it for so long.
  func isHeld(for seconds: Double) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        flock(descriptor, LOCK_UN)
        return false
      }
      Thread.sleep(forTimeInterval: 0.0002)
    }
    return true
  }

  /// The process that took it last.
  var holder: Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Int32(String(decoding: bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
  }

  /// Takes it, so that nobody writes until ``release()``.
  func take() throws {
    try patiently("nobody has the turn") { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
  }

  /// What a version without a record of the files writes when it takes its turn: it may change them then.
  func noteOtherVersion() {
    let line = "\(getpid())".padding(toLength: 10, withPad: " ", startingAt: 0) + "\n"
    #expect(pwrite(descriptor, line, line.utf8.count, 0) == line.utf8.count)
  }

  func release() {
    flock(descriptor, LOCK_UN)
  }

  /// SIGSTOP at a moment when the process is inside a write: tries until it is so.
  func stopInsideWrite(_ pid: Int32) throws {
    try patiently("\(pid) is stopped inside a write") {
      kill(pid, SIGSTOP)
      if isHeld(for: 0.1), holder == pid { return true }
      kill(pid, SIGCONT)
      Thread.sleep(forTimeInterval: .random(in: 0.001...0.02))
      return false
    }
  }
}
