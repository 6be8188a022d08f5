import Glibc

/// Where a service manager hears of this process: a datagram socket, sd_notify(3).
final class NotifySocket: Sendable {
  /// The manager can't be told.
  struct Failure: Error, CustomStringConvertible {
    let operation: String
    let errno: Int32

    var description: String { "\(operation): \(String(cString: strerror(errno)))" }
  }

  /// How long a manager that reads nothing holds up the sender.
  private static let patience = timeval(tv_sec: 1, tv_usec: 0)

  private let descriptor: Int32
  private let address: sockaddr_un
  private let length: socklen_t

  /// `name` is the absolute path of a socket, or `@` and the name of one in the abstract name space, unix(7).
  init(_ name: String) throws(Failure) {
    var bytes = Array(name.utf8)
    guard let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), bytes.count > 1 else {
      throw Failure(operation: "NOTIFY_SOCKET \(name)", errno: EAFNOSUPPORT)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw Failure(operation: "NOTIFY_SOCKET \(name)", errno: ENAMETOOLONG)
    }
    if first == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    self.address = address
    // An abstract name is as long as its address says: a byte of padding would be a part of it.
    let head = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    length = socklen_t(head + bytes.count + (first == UInt8(ascii: "/") ? 1 : 0))

    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(operation: "socket", errno: Glibc.errno) }
    var patience = Self.patience
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    close(descriptor)
  }

  /// Sends one datagram of assignments.
  func tell(_ assignments: [String]) throws(Failure) {
    let text = Array(assignments.joined(separator: "\n").utf8)
    let sent = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        var sent = -1
        repeat {
          sent = sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), generic, length)
        } while sent < 0 && Glibc.errno == EINTR
        return sent
      }
    }
    guard sent == text.count else { throw Failure(operation: "sendto NOTIFY_SOCKET", errno: Glibc.errno) }
  }
}
