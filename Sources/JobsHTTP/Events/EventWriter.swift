import Jobs
import StrictJSON

/// Server-Sent Events as text (WHATWG HTML, section 9.2).
///
/// Comments and `retry` are lines without a blank line after them, for that would make some clients tell of an event that
/// is empty.
struct EventWriter {
  private(set) var bytes: [UInt8] = []

  /// How long a client should wait before it comes again.
  mutating func retry(after pause: Duration) {
    line("retry: \(pause.milliseconds)")
  }

  mutating func comment(_ text: String) {
    line(": \(text)")
  }

  /// An event whose data is one line of JSON; of the default type unless `type` says otherwise.
  mutating func event(_ id: EventID? = nil, type: String? = nil, data: JSONWriter) {
    if let type { line("event: \(type)") }
    if let id { line("id: \(id.text)") }
    bytes.append(contentsOf: "data: ".utf8)
    bytes.append(contentsOf: data.bytes)
    bytes.append(contentsOf: "\n\n".utf8)
  }

  /// Events that another writer has written.
  mutating func append(_ events: [UInt8]) {
    bytes += events
  }

  private mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }
}
