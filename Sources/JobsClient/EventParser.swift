/// Reads Server-Sent Events from their bytes (WHATWG HTML, section 9.2.6), however those are cut.
public struct EventParser: Sendable {
  public struct Event: Hashable, Sendable {
    /// `message` where the stream doesn't say.
    public let type: String
    public let data: String
  }

  /// Up to where the stream was heard: the `Last-Event-ID` of the next request. Stays when a stream ends.
  public private(set) var lastEventID: String?
  /// How long the service asks to wait before the next request, in milliseconds.
  public private(set) var retry: Int?

  /// Whether a line or an event was longer than any of a job service: nothing more is read before the stream ends.
  public private(set) var isTooLong = false

  /// A status document has a few hundred bytes, with a failure's detail some thousands.
  static let longest = 1 << 20
  /// An id that is longer is ignored: no server would take it back in `Last-Event-ID`.
  static let longestID = 1024

  private var line: [UInt8] = []
  private var dataBytes = 0
  private var isFirstLine = true
  private var endedWithReturn = false
  private var type = ""
  private var data: [String] = []
  private var id: String?

  public init() {}

  /// The events that are whole with these bytes.
  public mutating func read(_ bytes: some Sequence<UInt8>) -> [Event] {
    var events: [Event] = []
    for byte in bytes where !isTooLong {
      let wasReturn = endedWithReturn
      endedWithReturn = byte == UInt8(ascii: "\r")
      if byte == UInt8(ascii: "\n"), wasReturn { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let event = endLine() { events.append(event) }
      } else {
        line.append(byte)
        isTooLong = line.count + dataBytes > Self.longest
      }
    }
    return events
  }

  /// Forgets a half event: the stream ended, and the next one tells it anew.
  public mutating func streamEnded() {
    line = []
    isFirstLine = true
    endedWithReturn = false
    type = ""
    data = []
    dataBytes = 0
    id = nil
    isTooLong = false
  }

  private mutating func endLine() -> Event? {
    defer {
      line = []
      isFirstLine = false
    }
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    if line.isEmpty { return endEvent() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var rest = line[colon...].dropFirst()
    if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
    let value = String(decoding: rest, as: UTF8.self)
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "event": type = value
    case "data":
      data.append(value)
      dataBytes += rest.count + 1
    case "id": if !rest.contains(0), rest.count <= Self.longestID { id = value }
    case "retry": if rest.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(value) { retry = number }
    default: break  // a comment, or what later versions bring
    }
    return nil
  }

  private mutating func endEvent() -> Event? {
    if let id { lastEventID = id }
    defer {
      type = ""
      data = []
      dataBytes = 0
    }
    return data.isEmpty ? nil : Event(type: type.isEmpty ? "message" : type, data: data.joined(separator: "\n"))
  }
}
