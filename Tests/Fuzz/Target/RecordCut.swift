/// The records of a request (FastCGI specification 1.0, section 3.3), cut as the input wants them.
struct RecordCut {
  private var most = 65_535
  private var padding = 0

  init() {}

  /// `3,8`: at most 3 bytes in a record, and 8 of padding behind each but the last.
  init(_ text: String) {
    let numbers = text.split(separator: ",").map { Int($0) }
    if let first = numbers.first, let most = first { self.most = min(max(1, most), self.most) }
    if numbers.count == 2, let padding = numbers[1] { self.padding = min(max(0, padding), 255) }
  }

  func records(of request: ScriptedRequest) -> [UInt8] {
    var pairs: [UInt8] = []
    Self.append("REQUEST_METHOD", request.method, to: &pairs)
    Self.append("REQUEST_URI", request.target, to: &pairs)
    Self.append("ORDERS_INTERNAL", [UInt8(ascii: "1")], to: &pairs)
    Self.append("REMOTE_USER", request.user, to: &pairs)
    for (name, value) in request.parameters { Self.append(name, value, to: &pairs) }
    let begin: [UInt8] = [1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    return begin + stream(4, pairs) + stream(5, request.body ?? [])
  }

  private func stream(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = content[...]
    // All of it has to fit into a socket's buffer.
    let most = max(most, content.count / 64)
    repeat {
      let part = rest.prefix(most)
      // No web server pads the end of a stream, and at the end of the parameters it is refused.
      let padding = part.isEmpty ? 0 : padding
      bytes += [1, type, 0, 1, UInt8(part.count >> 8), UInt8(part.count & 0xFF), UInt8(padding), 0]
      bytes += part
      bytes += repeatElement(0x2A, count: padding)
      rest = rest.dropFirst(most)
      if part.isEmpty { return bytes }
    } while true
  }

  private static func append(_ name: String, _ value: [UInt8], to pairs: inout [UInt8]) {
    append(Array(name.utf8), value, to: &pairs)
  }

  private static func append(_ name: [UInt8], _ value: [UInt8], to pairs: inout [UInt8]) {
    for count in [name.count, value.count] {
      if count < 0x80 {
        pairs.append(UInt8(count))
      } else {
        pairs += [UInt8(count >> 24) | 0x80, UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
      }
    }
    pairs += name + value
  }
}
