import Glibc

/// A service manager's end of sd_notify(3): what it was told, datagram by datagram.
public final class NotifyReceiver: Sendable {
  /// What goes into `NOTIFY_SOCKET`.
  public let name: String
  private let descriptor: Int32

  /// Named by a path, or `@` and an abstract name.
  public init(_ name: String) throws {
    self.name = name
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var bytes = Array(name.utf8)
    let isAbstract = bytes.first == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard result == 0 else { throw HTTPClient.Failure(description: "bind \(name): \(errno)") }
  }

  deinit {
    close(descriptor)
  }

  /// The assignments of the next datagram; `nil` where none comes within `limit`. Blocks.
  public func next(within limit: Duration = hangLimit) -> [String]? {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, Int32(limit / .milliseconds(1))) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 else { return nil }
    return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Reads until a datagram holds `assignment`; nothing that came before it is kept. Blocks.
  public func await(_ assignment: String, within limit: Duration = hangLimit) throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if next(within: .milliseconds(100))?.contains(assignment) == true { return }
    }
    throw NeverHappened(what: assignment, limit: limit)
  }
}
