import FastCGI
import HTTPTypes
import StrictJSON
import Testing

@testable import JobsHTTP

/// What a client makes of a stream's bytes (WHATWG HTML, section 9.2.6).
struct Event: Hashable, Sendable {
  var id: String?
  var type: String?
  var data: String

  var body: JSON { (try? JSONReader.read(Array(data.utf8))) ?? .null }
}

/// Reads a stream chunk by chunk, as a client that takes what it gets.
struct EventReader {
  private var chunks: any AsyncIteratorProtocol<[UInt8], any Error>
  private(set) var text = ""

  init(_ response: Response) throws {
    guard case .stream(let stream) = response.body else { throw NoStream(status: response.status.code) }
    chunks = stream.makeAsyncIterator()
  }

  struct NoStream: Error { let status: Int }

  /// The events of the next chunk; `nil` where the stream has ended.
  mutating func next() async throws -> [Event]? {
    guard let chunk = try await chunks.next(isolation: nil) else { return nil }
    let new = String(decoding: chunk, as: UTF8.self)
    text += new
    return new.split(separator: "\n\n", omittingEmptySubsequences: false).dropLast().map { block in
      var event = Event(data: "")
      for line in block.split(separator: "\n") {
        let (name, value) = (line.prefix { $0 != ":" }, line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
        switch name {
        case "id": event.id = String(value)
        case "event": event.type = String(value)
        case "data": event.data += value
        default: break
        }
      }
      return event
    }
  }

  /// As many events as that, or fewer where the stream ends before.
  mutating func events(_ count: Int) async throws -> [Event] {
    var events: [Event] = []
    while events.count < count, let more = try await next() { events += more }
    return events
  }

  /// All events up to the end.
  mutating func rest() async throws -> [Event] { try await events(.max) }
}
