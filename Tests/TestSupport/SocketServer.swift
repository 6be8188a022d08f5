import Foundation
import Glibc
import Synchronization

/// A server on a free port of a loopback address. A test's script serves each connection, on a thread of its own. What is
/// still connected when the value goes is hung up on.
public final class SocketServer: Sendable {
  public struct Request: Sendable {
    public let method: String
    public let target: String
    /// Names in lower case.
    public let fields: [(name: String, value: String)]
    public let body: [UInt8]

    /// All values of a field.
    public subscript(_ name: String) -> [String] {
      fields.filter { $0.name == name }.map { $0.value }
    }
  }

  public let port: Int
  private let state: ServerState

  public init(
    _ address: String = "127.0.0.1", _ script: @escaping @Sendable (SocketConnection) throws -> Void
  ) throws {
    let (listener, port) = try Self.listen(on: address)
    self.port = port
    let state = ServerState(listener)
    self.state = state
    Thread.detachNewThread {
      while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
        guard state.add(descriptor) else { break }
        Thread.detachNewThread {
          // A script that can't go on has nobody left to tell.
          try? script(SocketConnection(descriptor, state))
          state.remove(descriptor)
        }
      }
    }
  }

  deinit {
    state.stop()
  }

  /// Those that came, in order.
  public var requests: [Request] { state.requests }

  /// How many connections were accepted.
  public var connections: Int { state.accepted }

  private static func listen(on text: String) throws -> (listener: Int32, port: Int) {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(text, "0", &hints, &list) == 0, let found = list else {
      throw HTTPClient.Failure(description: "\(text) is no address")
    }
    defer { freeaddrinfo(found) }
    let listener = socket(found.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard bind(listener, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0, Glibc.listen(listener, 64) == 0 else {
      defer { close(listener) }
      throw HTTPClient.Failure(description: "no listener on \(text): \(String(cString: strerror(errno)))")
    }
    // The port is at the same place in both families.
    var bound = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    withUnsafeMutablePointer(to: &bound) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(listener, $0, &length) }
    }
    return (listener, Int(UInt16(bigEndian: bound.sin6_port)))
  }
}

/// One connection of a ``SocketServer``. Its calls block.
public final class SocketConnection {
  private let descriptor: Int32
  private let state: ServerState
  private var buffer: [UInt8] = []

  fileprivate init(_ descriptor: Int32, _ state: ServerState) {
    self.descriptor = descriptor
    self.state = state
  }

  /// The next request, with its body; `nil` where the peer hangs up instead.
  public func request() throws -> SocketServer.Request? {
    let end = Array("\r\n\r\n".utf8)
    var headEnd = buffer.firstRange(of: end)
    while headEnd == nil {
      guard receive() else { return nil }
      headEnd = buffer.firstRange(of: end)
    }
    guard let headEnd else { return nil }
    var lines = String(decoding: buffer[..<headEnd.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines.removeFirst().split(separator: " ")
    guard words.count == 3 else { throw HTTPClient.Failure(description: "no request: \(words)") }
    let fields = lines.map { line -> (name: String, value: String) in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return (parts[0].lowercased(), parts.dropFirst().joined().trimmingCharacters(in: .whitespaces))
    }
    let length = fields.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    while buffer.count < headEnd.upperBound + length { guard receive() else { return nil } }
    let body = Array(buffer[headEnd.upperBound..<headEnd.upperBound + length])
    buffer.removeSubrange(..<(headEnd.upperBound + length))
    let request = SocketServer.Request(
      method: String(words[0]), target: String(words[1]), fields: fields, body: body)
    state.note(request)
    return request
  }

  /// False where the peer has gone.
  @discardableResult
  public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  /// `onStuck` is called for each fifth of a second in which the peer takes nothing.
  @discardableResult
  public func write(_ bytes: [UInt8], onStuck: () -> Void = {}) -> Bool {
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
      }
      if count > 0 {
        sent += count
      } else {
        guard count < 0, errno == EAGAIN else { return false }
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&room, 1, 200) == 0 { onStuck() }
      }
    }
    return true
  }

  /// Returns when the peer has gone; what it still sends is thrown away.
  public func awaitHangUp() {
    while receive() { buffer = [] }
  }

  /// Returns when the peer has gone; reads nothing of what it sends.
  public func awaitEnd() {
    var end = pollfd(fd: descriptor, events: 0, revents: 0)
    _ = poll(&end, 1, -1)
  }

  private func receive() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    buffer += chunk.prefix(count)
    return true
  }
}

private final class ServerState: Sendable {
  private struct State {
    var requests: [SocketServer.Request] = []
    var open: Set<Int32> = []
    var accepted = 0
    var isOver = false
  }

  private let listener: Int32
  private let state = Mutex(State())

  init(_ listener: Int32) {
    self.listener = listener
  }

  var requests: [SocketServer.Request] { state.withLock { $0.requests } }
  var accepted: Int { state.withLock { $0.accepted } }

  func note(_ request: SocketServer.Request) { state.withLock { $0.requests.append(request) } }

  func add(_ descriptor: Int32) -> Bool {
    state.withLock { state in
      guard !state.isOver else {
        close(descriptor)
        return false
      }
      state.open.insert(descriptor)
      state.accepted += 1
      return true
    }
  }

  func remove(_ descriptor: Int32) {
    state.withLock { state in
      state.open.remove(descriptor)
      close(descriptor)
    }
  }

  /// Wakes the threads, which end.
  func stop() {
    state.withLock { state in
      state.isOver = true
      for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }
}
