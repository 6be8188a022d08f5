import CProcess
import Glibc

/// A descriptor that is closed with its last reference, or earlier; never one that a program inherits.
final class Descriptor: @unchecked Sendable {
  private(set) var number: Int32

  /// Takes it over.
  init(_ number: Int32) {
    self.number = number
  }

  deinit { close() }

  var isOpen: Bool { number >= 0 }

  func close() {
    if number >= 0 { Glibc.close(number) }
    number = -1
  }

  /// A pipe whose ends are at least 10, so that they are in the way of no descriptor that a program gets.
  static func pipe() throws(SystemFault) -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, Int32(O_CLOEXEC)) == 0 else { throw SystemFault("pipe") }
    return (try Descriptor(ends[0]).moved(), try Descriptor(ends[1]).moved())
  }

  static func open(_ path: String, _ flags: Int32) throws(SystemFault) -> Descriptor {
    let number = Glibc.open(path, flags | O_CLOEXEC)
    guard number >= 0 else { throw SystemFault("open \(path)") }
    return try Descriptor(number).moved()
  }

  private func moved() throws(SystemFault) -> Descriptor {
    guard number < 10 else { return self }
    let moved = fcntl(number, F_DUPFD_CLOEXEC, 10)
    guard moved >= 0 else { throw SystemFault("dup") }
    close()
    return Descriptor(moved)
  }

  func setNonblocking() {
    let flags = fcntl(number, F_GETFL)
    _ = fcntl(number, F_SETFL, flags | O_NONBLOCK)
  }
}
