/// Why a body is not `multipart/form-data` that this library takes. The description is a sentence for people.
public enum MultipartError: Error, Hashable, Sendable {
  case noBoundary
  case repeatedBoundary
  case badBoundary
  case cutShort
  /// A line begins with the boundary and goes on with something else.
  case badDelimiter
  /// CR and LF occur only together in a part's header and behind a boundary, and LF only behind CR before the first one.
  case bareLineEnd
  case headTooLong
  case tooManyParts
  case badField
  case foldedField
  case nulByte
  case invalidUTF8
  case repeatedField
  case badContentType
  case badDisposition
  case repeatedParameter
  case noName
  case nested
  case encoded

  /// What an error is about. Each kind is a bad request.
  public enum Kind: Hashable, Sendable, CaseIterable {
    case badBoundary
    case cutShort
    case badHeader
    case headTooLong
    case tooManyParts
    case nested
    case noName
  }

  public var kind: Kind {
    switch self {
    case .noBoundary, .repeatedBoundary, .badBoundary, .badContentType, .badDelimiter: .badBoundary
    case .cutShort: .cutShort
    case .bareLineEnd, .badField, .foldedField, .nulByte, .invalidUTF8, .repeatedField, .badDisposition,
      .repeatedParameter, .encoded:
      .badHeader
    case .headTooLong: .headTooLong
    case .tooManyParts: .tooManyParts
    case .nested: .nested
    case .noName: .noName
    }
  }
}

extension MultipartError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noBoundary: "The Content-Type has no boundary."
    case .repeatedBoundary: "The Content-Type has more than one boundary."
    case .badBoundary:
      "The boundary is not 1 to 70 letters, digits, blanks and ' ( ) + _ , - . / : = ? with no blank at its end."
    case .badContentType: "The parameters of the Content-Type can't be read."
    case .cutShort: "The body ends before its last boundary."
    case .badDelimiter: "A line begins with the boundary and goes on with something else."
    case .bareLineEnd: "A line ends with CR or LF alone. Lines end with CR LF."
    case .headTooLong: "The header of a part has more than \(MultipartParser.headLimit) bytes."
    case .tooManyParts: "The body has more than \(MultipartParser.partLimit) parts."
    case .badField: "A line in the header of a part is not a name, a colon and a value."
    case .foldedField: "A line in the header of a part begins with a blank. A field has to be on one line."
    case .nulByte: "The header of a part has a NUL byte."
    case .invalidUTF8: "The header of a part is not UTF-8."
    case .repeatedField: "The header of a part has a field twice."
    case .badDisposition: "The Content-Disposition of a part is not form-data with parameters that can be read."
    case .repeatedParameter: "The Content-Disposition of a part has a parameter twice."
    case .noName: "A part has no name in its Content-Disposition."
    case .nested: "A part is multipart itself. Send each file as a part of its own."
    case .encoded: "A part has a Content-Transfer-Encoding. Send its bytes as they are."
    }
  }
}
