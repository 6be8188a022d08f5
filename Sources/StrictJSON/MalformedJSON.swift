/// Why bytes are not a JSON document that ``JSONReader`` takes, and where.
public struct MalformedJSON: Error, Hashable, Sendable {
  public var reason: Reason
  /// The number of bytes before the fault.
  public var offset: Int

  public init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The description is a sentence for people.
  public enum Reason: Hashable, Sendable {
    /// There are no bytes but blanks.
    case empty
    case byteOrderMark
    case invalidUTF8
    case unexpectedEnd
    case unexpectedByte
    case invalidNumber
    case invalidEscape
    case loneSurrogate
    case controlCharacter
    case trailingBytes
    /// It may be JSON, and would take much more memory than its bytes.
    case tooManyValues
    case tooDeep(limit: Int)
  }
}

extension MalformedJSON.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "The document is empty."
    case .byteOrderMark: "The document begins with a byte order mark."
    case .invalidUTF8: "The document is not UTF-8."
    case .unexpectedEnd: "The document ends too early."
    case .unexpectedByte: "JSON does not allow this byte here."
    case .invalidNumber: "A number is not written as JSON requires."
    case .invalidEscape: "A string has an escape that JSON does not know."
    case .loneSurrogate: "A string has half a surrogate pair."
    case .controlCharacter: "A string has a control character that is not escaped."
    case .trailingBytes: "Something follows the JSON value."
    case .tooManyValues: "The document has too many values for its length."
    case .tooDeep(let limit): "Arrays and objects are nested more than \(limit) deep."
    }
  }
}
