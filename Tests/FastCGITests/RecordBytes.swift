/// Raw bytes of FastCGI records, honest and otherwise (specification 1.0, section 3.3).
enum RecordBytes {
  static func record(
    _ type: UInt8, _ content: [UInt8] = [], id: UInt16 = 1, padding: UInt8 = 0, version: UInt8 = 1
  ) -> [UInt8] {
    let head: [UInt8] = [
      version, type, UInt8(id >> 8), UInt8(id & 0xff), UInt8(content.count >> 8), UInt8(content.count & 0xff), padding,
      0,
    ]
    return head + content + [UInt8](repeating: 0x2a, count: Int(padding))
  }

  /// A record whose padding is the header of another one, as long as one can be, that never comes.
  static func forged(_ type: UInt8, _ content: [UInt8] = []) -> [UInt8] {
    record(type, content, padding: 8).dropLast(8) + [1, type == 1 ? 4 : 5, 0, 1, 0xff, 0xff, 0, 0]
  }

  static func begin(role: UInt16 = 1, keeps: Bool = true, id: UInt16 = 1) -> [UInt8] {
    record(1, [UInt8(role >> 8), UInt8(role & 0xff), keeps ? 1 : 0, 0, 0, 0, 0, 0], id: id)
  }

  static func abort(id: UInt16 = 1) -> [UInt8] { record(2, id: id) }

  /// FCGI_GET_VALUES, which a web server may ask before any request.
  static let getValues = record(9, pair("FCGI_MAX_CONNS", ""), id: 0)

  static func length(_ count: Int) -> [UInt8] {
    count < 0x80 ? [UInt8(count)] : (0..<4).map { UInt8(count >> (24 - 8 * $0) & 0xff) | ($0 == 0 ? 0x80 : 0) }
  }

  static func pair(_ name: String, _ value: String) -> [UInt8] {
    length(name.utf8.count) + length(value.utf8.count) + Array(name.utf8) + Array(value.utf8)
  }

  /// `content` as records of `type` with at most `most` bytes each, and the empty one that ends the stream.
  static func stream(
    _ type: UInt8, _ content: [UInt8], most: Int = 65_535, padding: UInt8 = 0, endPadding: UInt8 = 0
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = content[...]
    while !rest.isEmpty {
      bytes += record(type, Array(rest.prefix(most)), padding: padding)
      rest = rest.dropFirst(most)
    }
    return bytes + record(type, padding: endPadding)
  }

  /// BEGIN_REQUEST and all parameters.
  static func head(
    _ method: String = "GET", _ target: String = "/", contentLength: String? = nil,
    more: [(String, String)] = [], keeps: Bool = true
  ) -> [UInt8] {
    var pairs = pair("REQUEST_METHOD", method) + pair("REQUEST_URI", target)
    if let contentLength { pairs += pair("CONTENT_LENGTH", contentLength) }
    for (name, value) in more { pairs += pair(name, value) }
    return begin(keeps: keeps) + stream(4, pairs)
  }

  static func request(
    _ method: String = "GET", _ target: String = "/", body: [UInt8] = [], more: [(String, String)] = [],
    keeps: Bool = true
  ) -> [UInt8] {
    let length = body.isEmpty && method != "POST" ? "" : "\(body.count)"
    return head(method, target, contentLength: length, more: more, keeps: keeps) + stream(5, body)
  }
}
