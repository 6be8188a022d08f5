import Glibc
import Threads

/// A failed system call, with what it was for.
public struct SystemError: Error, Sendable, CustomStringConvertible {
  public let call: String
  public let errno: Int32

  init(_ call: String, errno: Int32 = Glibc.errno) {
    self.call = call
    self.errno = errno
  }

  public var description: String { "\(call): \(String(cString: strerror(errno)))" }
}

/// The call's result, or the error it left in `errno`. Repeats a call that a signal interrupted: EINTR is no failure.
@discardableResult
func check(_ call: String, _ body: () -> Int32) throws(SystemError) -> Int32 {
  while true {
    let result = body()
    if result >= 0 { return result }
    if errno != EINTR { throw SystemError(call) }
  }
}

/// A thread that ends when `body` returns, and needs little stack.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
  do {
    try PlainThread.start(name, stack: 1 << 20, body)
  } catch {
    throw SystemError("pthread_create", errno: error.number)
  }
}
