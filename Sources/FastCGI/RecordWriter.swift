/// Puts the records of an answer together in one buffer, so that one write can send them all.
struct RecordWriter {
  private(set) var bytes: [UInt8] = []
  private let requestID: UInt16

  init(requestID: UInt16) {
    self.requestID = requestID
  }

  mutating func reserve(_ count: Int) {
    bytes.reserveCapacity(count)
  }

  /// STDOUT records with what `content` appends; nothing where it appends nothing (an empty record would end the stream).
  mutating func stdout(_ content: (inout [UInt8]) -> Void) {
    let header = bytes.count
    appendHeader(RecordType.stdout, length: 0)
    content(&bytes)
    let length = bytes.count - header - RecordFormat.headerLength
    if length == 0 {
      bytes.removeLast(RecordFormat.headerLength)
    } else if length <= RecordFormat.maximumContent {
      bytes[header + 4] = UInt8(length >> 8)
      bytes[header + 5] = UInt8(length & 0xff)
    } else {
      split(from: header)
    }
  }

  /// The end of STDOUT and of the request. `andConnection` adds eight bytes that belong to no request: nginx delivers
  /// the answer and then closes the connection itself, which ends a kept connection without a race (measured, 1.22).
  mutating func end(andConnection: Bool) {
    appendHeader(RecordType.stdout, length: 0)
    appendHeader(RecordType.endRequest, length: 8)
    bytes.append(contentsOf: repeatElement(0, count: 8))
    if andConnection { appendHeader(RecordType.stdout, length: 0) }
  }

  private mutating func appendHeader(_ type: UInt8, length: Int) {
    bytes.append(RecordFormat.version)
    bytes.append(type)
    bytes.append(UInt8(requestID >> 8))
    bytes.append(UInt8(requestID & 0xff))
    bytes.append(UInt8(length >> 8))
    bytes.append(UInt8(length & 0xff))
    bytes.append(0)
    bytes.append(0)
  }

  /// Lays the content behind `header`, too long for one record, out in several.
  private mutating func split(from header: Int) {
    let content = bytes[(header + RecordFormat.headerLength)...]
    var rest = ArraySlice(Array(content))
    bytes.removeSubrange(header...)
    while !rest.isEmpty {
      let part = rest.prefix(RecordFormat.maximumContent)
      appendHeader(RecordType.stdout, length: part.count)
      bytes.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
    }
  }
}
