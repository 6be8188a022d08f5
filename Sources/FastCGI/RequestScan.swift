/// Reads the records of one request as their bytes come, in time linear in their number: BEGIN_REQUEST, PARAMS and STDIN
/// (specification sections 3.3, 3.4, 5.1 to 5.3).
struct RequestScan {
  private enum Stage {
    case begin, params, stdin, end
  }

  /// Bytes of the request seen so far; what follows its end is not counted.
  private(set) var length = 0
  /// Of these, the bytes up to the end of the parameters.
  private(set) var headLength = 0
  private(set) var id: UInt16 = 0
  private var stage = Stage.begin
  private var pairs = NameValuePairs()
  /// The current header as far as it has come, from its first byte.
  private var header: UInt64 = 0
  private var headerLength = 0
  private var contentLeft = 0
  private var paddingLeft = 0
  private var trailingPadding = 0
  private var role: UInt16 = 0

  /// Goes on with `bytes`, and says what all that were taken are together. Nothing may be taken after an end or a fault.
  /// `body` gets the content of the STDIN records.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, body: (UnsafeRawBufferPointer) -> Void = { _ in }
  ) -> RequestExamination {
    var offset = 0
    defer { length += offset }
    while true {
      let content = min(contentLeft, bytes.count - offset)
      if content > 0 {
        let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + content])
        offset += content
        contentLeft -= content
        if let fault = takeContent(part, body) { return .invalid(fault) }
      }
      let padding = min(paddingLeft, bytes.count - offset)
      offset += padding
      paddingLeft -= padding
      if contentLeft == 0, paddingLeft == 0, stage == .end { return .complete(trailingPadding: trailingPadding) }
      guard offset < bytes.count else { return stage == .begin || stage == .params ? .incomplete : .parametersComplete }
      while headerLength < RecordFormat.headerLength, offset < bytes.count {
        let byte = bytes[offset]
        if headerLength == 0, byte != RecordFormat.version { return .invalid("record version \(byte)") }
        header = header << 8 | UInt64(byte)
        headerLength += 1
        offset += 1
      }
      guard headerLength == RecordFormat.headerLength else { continue }
      headerLength = 0
      if let fault = takeHeader() { return .invalid(fault) }
      if stage == .stdin, headLength == 0 { headLength = length + offset }
    }
  }

  /// What is wrong with the header, if anything.
  private mutating func takeHeader() -> String? {
    let type = UInt8(truncatingIfNeeded: header >> 48)
    let recordID = UInt16(truncatingIfNeeded: header >> 32)
    contentLeft = Int(UInt16(truncatingIfNeeded: header >> 16))
    paddingLeft = Int(UInt8(truncatingIfNeeded: header >> 8))
    switch stage {
    case .begin:
      guard type == RecordType.beginRequest else { return "record type \(type) instead of BEGIN_REQUEST" }
      guard contentLeft == 8 else { return "BEGIN_REQUEST of \(contentLeft) bytes" }
      // libfcgi forgets this padding, and the one behind the parameters: it takes it for a record, and may block on it.
      guard paddingLeft == 0 else { return "padding of BEGIN_REQUEST" }
      guard recordID != 0 else { return "request id 0" }
      id = recordID
    case .params:
      guard type == RecordType.params else { return "record type \(type) among the parameters" }
      guard recordID == id else { return "request id \(recordID) within request \(id)" }
      if contentLeft == 0 {
        guard paddingLeft == 0 else { return "padding behind the parameters" }
        guard pairs.isWhole else { return "a parameter beyond the end of the parameters" }
        stage = .stdin
      }
    case .stdin, .end:
      guard type == RecordType.stdin else { return "record type \(type) within the body" }
      guard recordID == id else { return "request id \(recordID) within request \(id)" }
      if contentLeft == 0 {
        trailingPadding = paddingLeft
        stage = .end
      }
    }
    return nil
  }

  /// What is wrong with the content, if anything.
  private mutating func takeContent(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) -> String? {
    switch stage {
    case .begin:
      // The role is in the first two of eight bytes.
      let before = 8 - contentLeft - bytes.count
      for (index, byte) in bytes.enumerated() where before + index < 2 { role = role << 8 | UInt16(byte) }
      guard contentLeft == 0 else { return nil }
      guard role == RecordFormat.responder else { return "role \(role)" }
      stage = .params
    case .params:
      guard pairs.take(bytes[...]) else { return "a parameter of impossible length" }
    case .stdin, .end:
      body(bytes)
    }
    return nil
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
