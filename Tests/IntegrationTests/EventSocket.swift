import Foundation
import TestSupport

/// A stream of events as it comes through nginx: over HTTP/1.0, which has no chunks around them.
final class EventSocket {
  private let client: HTTPClient
  private var text = ""

  init(_ target: String, headers: [String: String] = [:], port: Int) throws {
    client = HTTPClient(port: port)
    let fields = headers.map { "\($0): \($1)\r\n" }.joined()
    try client.write(Array("GET \(target) HTTP/1.0\r\nHost: 127.0.0.1\r\n\(fields)\r\n".utf8))
    let head = try next(through: "\r\n\r\n")
    guard head.hasPrefix("HTTP/1.1 200 ") else { throw HTTPClient.Failure(description: head) }
  }

  /// What comes up to `end` and with it; throws where that doesn't come.
  func next(through end: String) throws -> String {
    while true {
      if let range = text.firstRange(of: end) {
        defer { text.removeSubrange(..<range.upperBound) }
        return String(text[..<range.upperBound])
      }
      text += String(decoding: try client.take(1), as: UTF8.self)
    }
  }

  /// The next event, its data as JSON.
  func event() throws -> (type: String, data: [String: Any]) {
    let lines = try next(through: "\n\n").split(separator: "\n")
    func value(_ name: String) -> String? {
      lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }
    let data = try JSONSerialization.jsonObject(with: Data((value("data") ?? "").utf8))
    return (value("event") ?? "message", data as? [String: Any] ?? [:])
  }
}
