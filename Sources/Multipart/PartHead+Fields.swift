extension PartHead {
  /// Reads lines of which the last is empty and ends with CR LF; the others end with LF at least.
  init(lines: [UInt8]) throws(MultipartError) {
    var fields = Fields()
    var start = 0
    while start < lines.count - 2 {
      var end = start
      while lines[end] != 0x0D, lines[end] != 0x0A, lines[end] != 0 { end += 1 }
      guard lines[end] != 0 else { throw .nulByte }
      guard lines[end] == 0x0D, lines[end + 1] == 0x0A else { throw .bareLineEnd }
      try fields.take(lines, start..<end)
      start = end + 2
    }
    guard let disposition = fields.disposition else { throw .noName }
    if let encoding = fields.transferEncoding {
      let isIdentity = ["7bit", "8bit", "binary"].contains { lines.hasWord($0, in: encoding) }
      guard isIdentity else { throw .encoded }
    }
    let contentType = fields.contentType ?? 0..<0
    let multipart = "multipart/" as StaticString
    guard !lines.hasWord(multipart, in: contentType.prefix(multipart.utf8CodeUnitCount)) else { throw .nested }
    let names = try Disposition(lines, in: disposition)
    guard let name = names.name else { throw .noName }
    let type = try lines.text(in: contentType)
    self.init(name: name, fileName: names.fileName, contentType: type.isEmpty ? nil : type)
  }
}

/// Where the values of the fields are that mean something.
private struct Fields {
  private(set) var disposition: Range<Int>?
  private(set) var contentType: Range<Int>?
  private(set) var transferEncoding: Range<Int>?

  /// Takes a line without its end.
  mutating func take(_ bytes: [UInt8], _ line: Range<Int>) throws(MultipartError) {
    guard !bytes[line.lowerBound].isBlank else { throw .foldedField }
    var colon = line.lowerBound
    while colon < line.upperBound, bytes[colon].isTokenByte { colon += 1 }
    guard colon > line.lowerBound, bytes[colon] == UInt8(ascii: ":") else { throw .badField }
    let name = line.lowerBound..<colon
    var (start, end) = (colon + 1, line.upperBound)
    while start < end, bytes[start].isBlank { start += 1 }
    while start < end, bytes[end - 1].isBlank { end -= 1 }
    if bytes.hasWord("content-disposition", in: name) {
      try Self.set(&disposition, start..<end)
    } else if bytes.hasWord("content-type", in: name) {
      try Self.set(&contentType, start..<end)
    } else if bytes.hasWord("content-transfer-encoding", in: name) {
      try Self.set(&transferEncoding, start..<end)
    }
  }

  private static func set(_ field: inout Range<Int>?, _ value: Range<Int>) throws(MultipartError) {
    guard field == nil else { throw .repeatedField }
    field = value
  }
}
