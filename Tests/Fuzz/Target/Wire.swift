import Dispatch
import Glibc
import JobsHTTP

@testable import FastCGI

/// Both ends of one connection: what the web server writes, and the responder's own way of reading it, examination and
/// libfcgi, without the reactor's threads.
final class Wire {
  /// Less than an input can make, and more than the largest order takes.
  static let bodyLimit = 1_300_000
  /// libfcgi never waits for a byte of a request that was taken for complete.
  private static let patience = 3

  private var webServer: Int32
  private var responder: Int32
  private let peeked = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 1)
  private let reader = LibraryReader()
  /// What the socket has no room for: the rest of a long body.
  private var unsent: ArraySlice<UInt8> = []

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw SystemError("socketpair") }
    (webServer, responder) = (ends[0], ends[1])
    var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
    setsockopt(responder, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(webServer, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    close(webServer)
    if responder >= 0 { close(responder) }
    peeked.deallocate()
  }

  /// The web server writes.
  func send(_ bytes: [UInt8]) throws {
    let count = Glibc.send(webServer, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    guard count >= 0 else { throw SystemError("send") }
    unsent = bytes[count...]
  }

  /// Runs `work` while another thread writes what is unsent, as a web server does.
  private func sending<Value>(_ work: () throws -> Value) rethrows -> Value {
    guard !unsent.isEmpty else { return try work() }
    let (bytes, descriptor, isSent) = (Array(unsent), webServer, DispatchSemaphore(value: 0))
    unsent = []
    DispatchQueue.global().async {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
      }
      isSent.signal()
    }
    defer { isSent.wait() }
    return try work()
  }

  /// Everything that was written and not yet read.
  func waiting() -> [UInt8] {
    guard responder >= 0 else { return [] }
    let count = recv(responder, peeked.baseAddress, peeked.count, Int32(MSG_PEEK | MSG_DONTWAIT))
    return Array(peeked.prefix(max(0, count)))
  }

  /// The next request, where what waits is one; as `Reactor` reads it. `nil` ends the connection.
  func next() throws -> (head: RequestHead, body: Request.Body)? {
    switch waiting().withUnsafeBytes({ RequestExamination.examine($0) }) {
    case .incomplete, .invalid:
      return nil
    case .parametersComplete where !unsent.isEmpty:
      guard case .request(let exchange) = try sending({ try read() }) else { return nil }
      _ = recv(responder, peeked.baseAddress, 255, Int32(MSG_DONTWAIT))
      return (exchange.head, exchange.body)
    case .parametersComplete:
      // The peer leaves in the middle of the body.
      shutdown(webServer, Int32(SHUT_WR))
      _ = try read()
      return nil
    case .complete(let padding):
      guard case .request(let exchange) = try read() else { return nil }
      if padding > 0 { recv(responder, peeked.baseAddress, padding, Int32(MSG_DONTWAIT)) }
      return (exchange.head, exchange.body)
    }
  }

  private func read() throws -> LibraryReader.Outcome {
    let start = ContinuousClock.now
    let outcome = reader.read(responder, bodyLimit: Self.bodyLimit, keeping: API.headerFields)
    if case .closed = outcome { responder = -1 }
    guard start.duration(to: .now) < .seconds(Self.patience) else {
      throw Violation("libfcgi waited for more of a request that was examined and found complete")
    }
    return outcome
  }
}
