import Glibc

/// A system call that failed: its name, its object and its errno.
struct FileFailure: Error, CustomStringConvertible {
  let call: String
  let number: Int32

  /// Takes `errno` as it stands, unless the call returned its number itself.
  init(_ call: String, _ number: Int32? = nil) {
    self.call = call
    self.number = number ?? errno
  }

  var description: String { "\(call): \(String(cString: strerror(number)))" }
}
