import CProcess
import Glibc

/// Tells a thread that waits in poll(2) that the attempt is to end.
final class InterruptSignal: Sendable {
  let descriptor: Descriptor

  init() throws(SystemFault) {
    let number = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard number >= 0 else { throw SystemFault("eventfd") }
    descriptor = Descriptor(number)
  }

  /// Any thread; never blocks.
  func raise() {
    eventfd_write(descriptor.number, 1)
  }
}
