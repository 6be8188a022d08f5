/// What the bytes waiting in a connection are, decided by looking before libfcgi reads: libfcgi blocks on what is
/// missing, and before 2.4.7 a name length of 0x40000000 makes it abort the process.
enum RequestExamination: Equatable {
  /// So far a request of ours; the rest has to come.
  case incomplete
  /// BEGIN_REQUEST and all parameters are there; the body isn't.
  case parametersComplete
  /// All of it is there, up to the end of the body. `trailingPadding` bytes follow the last header.
  case complete(trailingPadding: Int)
  /// Not a request that we can answer, and why.
  case invalid(String)

  /// Reads BEGIN_REQUEST, PARAMS and STDIN records (specification sections 3.3, 3.4, 5.1 to 5.3).
  static func examine(_ bytes: UnsafeRawBufferPointer) -> RequestExamination {
    var offset = 0
    var stage = Stage.begin
    var id: UInt16 = 0
    var pairs = NameValuePairs()
    while true {
      let left = bytes.count - offset
      if left > 0, bytes[offset] != RecordFormat.version { return .invalid("record version \(bytes[offset])") }
      guard left >= RecordFormat.headerLength else { return stage.outcomeWhenBytesEnd }
      let type = bytes[offset + 1]
      let recordID = UInt16(bytes[offset + 2]) << 8 | UInt16(bytes[offset + 3])
      let length = Int(bytes[offset + 4]) << 8 | Int(bytes[offset + 5])
      let padding = Int(bytes[offset + 6])
      let content = offset + RecordFormat.headerLength
      let there = min(length, bytes.count - content)

      switch stage {
      case .begin:
        guard type == RecordType.beginRequest else { return .invalid("record type \(type) instead of BEGIN_REQUEST") }
        guard length == 8 else { return .invalid("BEGIN_REQUEST of \(length) bytes") }
        // libfcgi forgets this padding, and the one behind the parameters: it takes it for a record, and may block on it.
        guard padding == 0 else { return .invalid("padding of BEGIN_REQUEST") }
        guard recordID != 0 else { return .invalid("request id 0") }
        guard there == length else { return .incomplete }
        let role = UInt16(bytes[content]) << 8 | UInt16(bytes[content + 1])
        guard role == RecordFormat.responder else { return .invalid("role \(role)") }
        id = recordID
        stage = .params
      case .params:
        guard type == RecordType.params else { return .invalid("record type \(type) among the parameters") }
        guard recordID == id else { return .invalid("request id \(recordID) within request \(id)") }
        guard pairs.take(bytes[content..<content + there]) else { return .invalid("a parameter of impossible length") }
        if length == 0 {
          guard padding == 0 else { return .invalid("padding behind the parameters") }
          guard pairs.isWhole else { return .invalid("a parameter beyond the end of the parameters") }
          stage = .stdin
        }
      case .stdin:
        guard type == RecordType.stdin else { return .invalid("record type \(type) within the body") }
        guard recordID == id else { return .invalid("request id \(recordID) within request \(id)") }
        if length == 0 {
          return bytes.count - content >= padding ? .complete(trailingPadding: padding) : .parametersComplete
        }
      }
      guard bytes.count - content >= length + padding else { return stage.outcomeWhenBytesEnd }
      offset = content + length + padding
    }
  }

  private enum Stage {
    case begin, params, stdin

    var outcomeWhenBytesEnd: RequestExamination { self == .stdin ? .parametersComplete : .incomplete }
  }
}

/// Follows the lengths of name-value pairs (section 3.4) over record borders, without looking at names or values.
private struct NameValuePairs {
  /// More than any web server sends.
  private static let longest = 1 << 20

  private var bytesToSkip = 0
  private var nameLength: Int?
  /// The bytes of a four-byte length that a record border cut.
  private var partial = 0
  private var partialBytes = 0

  var isWhole: Bool { bytesToSkip == 0 && nameLength == nil && partialBytes == 0 }

  /// False where a length can't be true.
  mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytesToSkip > 0 {
        let step = min(bytesToSkip, bytes.endIndex - index)
        bytesToSkip -= step
        index += step
        continue
      }
      let byte = Int(bytes[index])
      index += 1
      let length: Int
      if partialBytes == 0, byte < 0x80 {
        length = byte
      } else {
        partial = partial << 8 | (partialBytes == 0 ? byte & 0x7f : byte)
        partialBytes += 1
        if partialBytes < 4 { continue }
        length = partial
        partial = 0
        partialBytes = 0
      }
      guard length <= Self.longest else { return false }
      if let name = nameLength {
        bytesToSkip = name + length
        nameLength = nil
      } else {
        nameLength = length
      }
    }
    return true
  }
}
