/// The value of a Content-Disposition field (RFC 7578, section 4.2), as clients send it.
struct Disposition {
  let name: String?
  let fileName: String?

  init(_ bytes: [UInt8], in value: Range<Int>) throws(MultipartError) {
    let typeEnd = value.first { !bytes[$0].isTokenByte } ?? value.upperBound
    guard bytes.hasWord("form-data", in: value.lowerBound..<typeEnd) else { throw .badDisposition }
    var (name, fileName, extendedName, extendedFileName) = (String?.none, String?.none, String?.none, String?.none)
    var parameters = ParameterReader(bytes, in: typeEnd..<value.upperBound)
    while let parameter = parameters.next() {
      let word = parameter.name
      if bytes.hasWord("name", in: word) {
        try Self.set(&name, parameter.text(of: bytes))
      } else if bytes.hasWord("filename", in: word) {
        try Self.set(&fileName, parameter.text(of: bytes))
      } else if bytes.hasWord("name*", in: word) {
        try Self.set(&extendedName, parameter.extendedText(of: bytes))
      } else if bytes.hasWord("filename*", in: word) {
        try Self.set(&extendedFileName, parameter.extendedText(of: bytes))
      } else if bytes.hasWord("name*", in: word.prefix(5)) || bytes.hasWord("filename*", in: word.prefix(9)) {
        // `filename*0` is a name in several parameters (RFC 2231). Without it a file would be taken for a field.
        throw .badDisposition
      }
    }
    guard !parameters.hasFailed else { throw .badDisposition }
    self.name = extendedName ?? name
    self.fileName = extendedFileName ?? fileName
  }

  private static func set(_ text: inout String?, _ value: String) throws(MultipartError) {
    guard text == nil else { throw .repeatedParameter }
    text = value
  }
}
