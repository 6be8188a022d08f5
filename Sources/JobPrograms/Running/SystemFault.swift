import Glibc

/// A system call that failed, in words.
struct SystemFault: Error, Hashable, Sendable, CustomStringConvertible {
  let description: String

  init(_ call: String, errno code: Int32 = errno) {
    description = "\(call): \(String(cString: strerror(code)))"
  }
}
