extension PartHead {
  /// Reads lines that end with CR LF each, the last of them empty. CR and LF occur nowhere else.
  init(lines: [UInt8]) throws(MultipartError) {
    var fields = Fields()
    var rest = lines[...]
    while let end = rest.firstIndex(of: 0x0D), end > rest.startIndex {
      try fields.take(rest[..<end])
      rest = rest[(end + 2)...]
    }
    guard let disposition = fields.disposition else { throw .noName }
    if let encoding = fields.transferEncoding {
      guard ["7bit", "8bit", "binary"].contains(String(lowercasedASCII: encoding)) else { throw .encoded }
    }
    guard let contentType = String(validating: fields.contentType ?? [], as: UTF8.self) else { throw .invalidUTF8 }
    guard !contentType.lowercased().hasPrefix("multipart/") else { throw .nested }
    let names = try Disposition(disposition)
    guard let name = names.name else { throw .noName }
    self.init(name: name, fileName: names.fileName, contentType: contentType.isEmpty ? nil : contentType)
  }
}

/// The values of the fields that mean something.
private struct Fields {
  private(set) var disposition: ArraySlice<UInt8>?
  private(set) var contentType: ArraySlice<UInt8>?
  private(set) var transferEncoding: ArraySlice<UInt8>?

  mutating func take(_ line: ArraySlice<UInt8>) throws(MultipartError) {
    guard line.first?.isBlank == false else { throw .foldedField }
    let name = line.prefix { $0.isTokenByte }
    guard !name.isEmpty, line[name.endIndex...].first == UInt8(ascii: ":") else { throw .badField }
    let value = line[name.endIndex...].dropFirst().drop { $0.isBlank }
    let end = value.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? value.startIndex
    switch String(lowercasedASCII: name) {
    case "content-disposition": try set(\.disposition, value[..<end])
    case "content-type": try set(\.contentType, value[..<end])
    case "content-transfer-encoding": try set(\.transferEncoding, value[..<end])
    default: break
    }
  }

  private mutating func set(
    _ field: WritableKeyPath<Fields, ArraySlice<UInt8>?>, _ value: ArraySlice<UInt8>
  ) throws(MultipartError) {
    guard self[keyPath: field] == nil else { throw .repeatedField }
    self[keyPath: field] = value
  }
}
