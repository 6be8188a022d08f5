internal import Glibc

/// A system call that failed: its name, its object and its errno.
struct SystemFailure: Error, CustomStringConvertible {
  var call: String
  var number: Int32

  /// Takes `errno` as it stands: make it right after the call.
  init(_ call: String) {
    self.call = call
    number = errno
  }

  var description: String { "\(call): \(String(cString: strerror(number)))" }
}

/// Calls again as long as a signal interrupts: EINTR is not a failure.
func uninterrupted<Value: SignedInteger>(_ call: () -> Value) -> Value {
  while true {
    let value = call()
    if value != -1 || errno != EINTR { return value }
  }
}
