import Foundation
import Glibc
import Synchronization
import TestSupport

/// A server that is no good: it answers every connection's first request with the same bytes, or never. Several answers
/// are given in turn, the last one again and again.
final class CannedServer: Sendable {
  enum Conduct: Sendable {
    case answers([String])
    /// Gives these answers in turn, and then the last one, followed by letters without end.
    case answersForEver([String], then: String)
    /// Takes the request, and hangs up.
    case hangsUp
    /// Takes the request, and says nothing.
    case isSilent
  }

  let port: Int
  private let listener: Int32
  private let heard = Mutex<[String]>([])
  private let letters = Mutex(0)

  init(_ conduct: Conduct) throws {
    let port = freePort()
    self.port = port
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, listen(listener, 16) == 0 else {
      close(listener)
      throw HTTPClient.Failure(description: "no listener: \(String(cString: strerror(errno)))")
    }
    Thread.detachNewThread { [weak self, listener] in
      var silent: [Int32] = []
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        guard let request = Self.request(from: connection), let number = self?.hear(request) else { break }
        switch conduct {
        case .isSilent: silent.append(connection)
        case .hangsUp: close(connection)
        case .answers(let answers):
          let bytes = Array(answers[min(number, answers.count) - 1].utf8)
          _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
          close(connection)
        case .answersForEver(let answers, let last):
          let isLast = number > answers.count
          let bytes = Array((isLast ? last : answers[number - 1]).utf8)
          _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
          if isLast { self?.sendLetters(to: connection) }
          close(connection)
        }
      }
      for connection in silent { close(connection) }
    }
  }

  deinit {
    // Wakes the thread.
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// The requests so far, with their bodies where those came along.
  var requests: [String] { heard.withLock { $0 } }

  /// How many letters without end were sent.
  var sent: Int { letters.withLock { $0 } }

  /// Until the peer has gone, or 1 GiB; as fast as a fast network.
  private func sendLetters(to connection: Int32) {
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
    while sent < 1 << 30 {
      let count = send(connection, piece, piece.count, Int32(MSG_NOSIGNAL))
      guard count > 0 else { return }
      letters.withLock { $0 += count }
      usleep(500)
    }
  }

  private func hear(_ request: String) -> Int {
    heard.withLock {
      $0.append(request)
      return $0.count
    }
  }

  /// Up to the end of the body that its length announces.
  private static func request(from connection: Int32) -> String? {
    var bytes: [UInt8] = []
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.firstRange(of: "\r\n\r\n") {
        let length = text[..<end.lowerBound].lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap {
          Int($0.1)
        }
        if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
      }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return text }
      bytes += chunk.prefix(count)
    }
  }

  /// The head of an answer whose body ends when the connection does.
  static func head(_ status: String, _ type: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nConnection: close\r\n\r\n"
  }

  static func answer(_ status: String, _ type: String, _ body: String, _ fields: String...) -> String {
    let head = [
      "HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)", "Connection: close",
    ]
    return (head + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
  }

  static func problem(_ status: Int, _ code: String, _ fields: String...) -> String {
    let body =
      #"{"type":"urn:orders:problem:\#(code)","title":"T","status":\#(status),"detail":"D.","code":"\#(code)"}"#
    let head = ["HTTP/1.1 \(status) X", "Content-Type: application/problem+json", "Content-Length: \(body.utf8.count)"]
    return (head + ["Connection: close"] + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
  }
}
