import TestSupport

/// As much of HTTP/2 (RFC 9113) as it takes to send half a request and to see what nginx does then; curl 7.88 can do
/// neither that nor read an answer that comes before its request is whole.
struct HTTP2Frames {
  struct Frame {
    let type: UInt8
    let payload: [UInt8]

    static let (data, headers, reset, goAway): (UInt8, UInt8, UInt8, UInt8) = (0, 1, 3, 7)
    static let windowUpdate: UInt8 = 8

    /// Of a RST_STREAM.
    var error: Int { payload.reduce(0) { $0 << 8 | Int($1) } }
    /// The status of an answer by nginx 1.22, which writes 500 by its number in the static table and others as they are
    /// (RFC 7541 section 6 and appendix A).
    var status: Int? {
      if payload.first == 0x8E { return 500 }
      return payload.starts(with: [0x48, 3]) ? Int(String(decoding: payload[2..<5], as: UTF8.self)) : nil
    }
  }

  private let client: HTTPClient

  /// Begins a POST whose body has only begun.
  init(port: Int, begunPOST target: String, contentLength: Int, body: String) throws {
    client = HTTPClient(port: port)
    let fields = [
      (":method", "POST"), (":scheme", "http"), (":authority", "x"), (":path", target),
      ("content-type", "application/json"), ("content-length", "\(contentLength)"),
    ]
    let block = fields.flatMap { name, value -> [UInt8] in [0] + Self.literal(name) + Self.literal(value) }
    try client.write(
      Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(type: 4, stream: 0, [])
        + Self.frame(type: Frame.headers, flags: 4, stream: 1, block)
        + Self.frame(type: Frame.data, stream: 1, Array(body.utf8)))
  }

  /// The frames about the request, up to the one that ends its stream or the connection.
  func frames() throws -> [Frame] {
    var frames: [Frame] = []
    while true {
      let head = try client.take(9)
      let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
      let frame = Frame(type: head[3], payload: try client.take(length))
      if head[8] == 1 && frame.type != Frame.windowUpdate || frame.type == Frame.goAway { frames.append(frame) }
      if frame.type == Frame.reset || frame.type == Frame.goAway { return frames }
    }
  }

  /// The answer to a request that isn't whole yet, after which the rest of it is not wanted: NO_ERROR, so that the answer
  /// counts (RFC 9113 section 8.1).
  func earlyAnswer() throws -> HTTPClient.Answer {
    let frames = try frames()
    guard frames.map(\.type) == [Frame.headers, Frame.data, Frame.reset], frames[2].error == 0,
      let status = frames[0].status
    else { throw HTTPClient.Failure(description: "no early answer: \(frames)") }
    // The fields are compressed; what is not JSON is seen by its text.
    let fields = ["content-type": "application/problem+json", "cache-control": "no-store"]
    return HTTPClient.Answer(status: status, headers: fields, body: frames[1].payload)
  }

  /// Without Huffman's code; under 127 bytes.
  private static func literal(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

  private static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), type, flags, 0, 0, 0, stream] + payload
  }
}
