/// What separates the parts of a body (RFC 2046, section 5.1.1).
public struct MultipartBoundary: Hashable, Sendable {
  let bytes: [UInt8]

  /// Reads the boundary of a Content-Type such as `multipart/form-data; boundary=x`. The media type itself is not looked at.
  public init(contentType: String) throws(MultipartError) {
    let value = Array(contentType.utf8)
    let typeEnd = value.firstIndex(of: UInt8(ascii: ";")) ?? value.endIndex
    var parameters = ParameterReader(value, in: typeEnd..<value.endIndex)
    var found: Range<Int>?
    while let parameter = parameters.next() {
      guard value.hasWord("boundary", in: parameter.name) else { continue }
      guard found == nil else { throw .repeatedBoundary }
      found = parameter.value
    }
    guard !parameters.hasFailed else { throw .badContentType }
    guard let found else { throw .noBoundary }
    let bytes = Array(value[found])
    guard 1...70 ~= bytes.count, bytes.last != UInt8(ascii: " "), bytes.allSatisfy(Self.isAllowed) else {
      throw .badBoundary
    }
    self.bytes = bytes
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: #"'()+_,-./:=? "#.utf8.contains(byte)
    }
  }
}
