import Foundation
import Glibc

/// What went wrong on the test's own side of a connection.
struct PeerError: Error, CustomStringConvertible {
  let description: String
}

/// An answer as it came over the wire.
struct Answer {
  var status = 0
  var fields: [String: String] = [:]
  var body: [UInt8] = []

  var text: String { String(decoding: body, as: UTF8.self) }
}

/// A web server's side of one connection, in raw bytes. Blocking calls run on threads made for them and never take longer
/// than the deadline.
final class Peer: Sendable {
  static let deadline = 20

  let descriptor: Int32

  init(connectingTo path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw PeerError(description: "socket: \(errno)") }
    var limit = timeval(tv_sec: Self.deadline, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw PeerError(description: "connect: \(errno)") }
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// The peer goes away. Descriptor and object live on, so that no number is used twice.
  func hangUp() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  func halfClose() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  // MARK: - Blocking, for threads

  func sendNow(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        Glibc.send(descriptor, all.baseAddress?.advanced(by: sent), all.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw PeerError(description: "send after \(sent) bytes: \(errno)") }
      sent += count
    }
  }

  /// Exactly `count` bytes, or fewer where the connection ended before.
  func receiveNow(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var received = 0
    while received < count {
      let step = bytes.withUnsafeMutableBytes { all in
        recv(descriptor, all.baseAddress?.advanced(by: received), all.count - received, 0)
      }
      if step == 0 || (step < 0 && errno == ECONNRESET) { break }
      guard step > 0 else { throw PeerError(description: "receive after \(received) of \(count) bytes: \(errno)") }
      received += step
    }
    return Array(bytes.prefix(received))
  }

  /// The next record, or `nil` at the end of the connection.
  func recordNow() throws -> (type: UInt8, content: [UInt8])? {
    let head = try receiveNow(8)
    if head.isEmpty { return nil }
    guard head.count == 8, head[0] == 1 else { throw PeerError(description: "record header \(head)") }
    let content = try receiveNow(Int(head[4]) << 8 | Int(head[5]))
    guard content.count == Int(head[4]) << 8 | Int(head[5]) else { throw PeerError(description: "half a record") }
    _ = try receiveNow(Int(head[6]))
    return (head[1], content)
  }

  /// The answer up to its END_REQUEST; throws where the connection ends before.
  func answerNow() throws -> Answer {
    var output: [UInt8] = []
    while let record = try recordNow() {
      if record.type == 3 { return try Self.parse(output) }
      guard record.type == 6 else { throw PeerError(description: "record type \(record.type)") }
      output += record.content
    }
    throw PeerError(description: "connection ended after \(output.count) bytes of an answer")
  }

  static func parse(_ output: [UInt8]) throws -> Answer {
    guard let end = output.indices.first(where: { output[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
      throw PeerError(description: "answer without a head's end")
    }
    var answer = Answer()
    for line in String(decoding: output[..<end], as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      answer.fields[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
    }
    answer.status = Int(answer.fields["status"]?.prefix(3) ?? "") ?? 0
    answer.body = Array(output[(end + 4)...])
    return answer
  }

  // MARK: - For tests

  func send(_ bytes: [UInt8]) async throws { try await onThread { try self.sendNow(bytes) } }

  func answer() async throws -> Answer { try await onThread { try self.answerNow() } }

  func receive(_ count: Int) async throws -> [UInt8] { try await onThread { try self.receiveNow(count) } }

  func record() async throws -> (type: UInt8, content: [UInt8])? { try await onThread { try self.recordNow() } }

  /// Whatever comes until the server ends the connection; throws where it doesn't.
  func rest() async throws -> [UInt8] {
    try await onThread {
      var bytes: [UInt8] = []
      while case let part = try self.receiveNow(16_384), !part.isEmpty { bytes += part }
      return bytes
    }
  }

  func ask(_ bytes: [UInt8]) async throws -> Answer {
    try await onThread {
      try self.sendNow(bytes)
      return try self.answerNow()
    }
  }
}

/// Runs what blocks on a thread of its own: never on Swift's pool.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { waiter in
    Thread.detachNewThread { waiter.resume(with: Result { try body() }) }
  }
}

extension Peer {
  /// True where the server sent more, and then ended the connection; false where nothing came for some milliseconds.
  func hasMoreNow() throws -> Bool {
    var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&poller, 1, 5) == 1 else { return false }
    return try receiveNow(64).count <= 8
  }

  /// A little time, without giving up the processor.
  func spin() {
    _ = fcntl(descriptor, F_GETFD)
  }
}

/// Blocks the calling thread while `condition` holds, for five seconds at most: a handler that takes long.
func spinWhile(_ condition: () -> Bool) {
  let deadline = ContinuousClock.now + .seconds(5)
  while condition(), ContinuousClock.now < deadline { sched_yield() }
}

/// As many descriptors as the system allows: both ends of each connection are in this process.
func raiseDescriptorLimit() {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
