import Foundation
import Glibc

/// A plain HTTP/1.1 client on one kept connection to 127.0.0.1, as simple as can be: what it sends and gets is what is on
/// the wire. Blocks; each receive has a deadline. Not to be shared between threads.
public final class HTTPClient {
  public struct Answer: Sendable {
    public let status: Int
    /// Names in lower case; a repeated field is joined with ", ".
    public let headers: [String: String]
    public let body: [UInt8]

    public init(status: Int, headers: [String: String], body: [UInt8]) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    public var text: String { String(decoding: body, as: UTF8.self) }

    public var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    public subscript(_ header: String) -> String? { headers[header.lowercased()] }
  }

  public struct Failure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) {
      self.description = description
    }
  }

  private let port: Int
  private let limit: Int
  private var descriptor: Int32 = -1
  private var buffer: [UInt8] = []

  /// `limit` is how many seconds an answer may take.
  public init(port: Int, limit: Int = 30) {
    self.port = port
    self.limit = limit
  }

  deinit {
    disconnect()
  }

  public func disconnect() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    buffer = []
  }

  /// Sends a request and reads its whole answer. `body` gets a Content-Length and, unless given, `application/json`.
  public func send(
    _ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil
  ) throws -> Answer {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if let body {
      text += "Content-Length: \(body.utf8.count)\r\n"
      if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
        text += "Content-Type: application/json\r\n"
      }
    }
    text += "\r\n" + (body ?? "")
    try write(Array(text.utf8))
    return try read(isHead: method == "HEAD")
  }

  /// Sends bytes as they are.
  public func write(_ bytes: [UInt8]) throws {
    if descriptor < 0 { try connect() }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw failure("send") }
      sent += count
    }
  }

  /// Reads one answer.
  public func read(isHead: Bool = false) throws -> Answer {
    while true {
      let answer = try readOne(isHead: isHead)
      // 100 Continue and its like are not the answer.
      if answer.status >= 200 { return answer }
    }
  }

  private func readOne(isHead: Bool) throws -> Answer {
    let end = Array("\r\n\r\n".utf8)
    while buffer.firstRange(of: end) == nil { try receive() }
    guard let headEnd = buffer.firstRange(of: end) else { throw Failure(description: "no head") }
    let lines = String(decoding: buffer[..<headEnd.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    buffer.removeSubrange(..<headEnd.upperBound)
    guard let status = lines.first.flatMap({ $0.split(separator: " ").dropFirst().first }).flatMap({ Int($0) }) else {
      throw Failure(description: "no status line: \(lines)")
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { throw Failure(description: "no header field: \(line)") }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      headers.merge([line[..<colon].lowercased(): value]) { "\($0), \($1)" }
    }
    let hasBody = !isHead && status >= 200 && status != 204 && status != 304
    let body = hasBody ? try readBody(headers) : []
    if headers["connection"]?.lowercased() == "close" { disconnect() }
    return Answer(status: status, headers: headers, body: body)
  }

  private func readBody(_ headers: [String: String]) throws -> [UInt8] {
    if let length = headers["content-length"].flatMap({ Int($0) }) { return try take(length) }
    if headers["transfer-encoding"]?.lowercased() == "chunked" {
      var body: [UInt8] = []
      while true {
        let size = Int(try takeLine(), radix: 16) ?? 0
        body += try take(size)
        _ = try takeLine()
        if size == 0 { return body }
      }
    }
    while true {
      do { try receive() } catch { break }
    }
    defer { buffer = [] }
    return buffer
  }

  /// Reads so many bytes as they are.
  public func take(_ count: Int) throws -> [UInt8] {
    while buffer.count < count { try receive() }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  private func takeLine() throws -> String {
    let end: [UInt8] = [13, 10]
    while true {
      if let range = buffer.firstRange(of: end) {
        defer { buffer.removeSubrange(..<range.upperBound) }
        return String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
      }
      try receive()
    }
  }

  private func receive() throws {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else {
      let failure = count == 0 ? Failure(description: "connection closed") : failure("recv")
      disconnect()
      throw failure
    }
    buffer += chunk.prefix(count)
  }

  private func connect() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: limit, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let failure = failure("connect")
      disconnect()
      throw failure
    }
  }

  private func failure(_ call: String) -> Failure {
    Failure(description: "\(call): \(String(cString: strerror(errno)))")
  }
}
