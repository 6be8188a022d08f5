/// Why bytes are not a JSON document (RFC 8259), and where.
public struct MalformedJSON: Error, Hashable, Sendable {
  public var reason: Reason
  /// How many bytes were fine.
  public var offset: Int

  public init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  public enum Reason: String, Hashable, Sendable {
    case empty = "The body is empty."
    case byteOrderMark = "The body begins with a byte order mark."
    case invalidUTF8 = "The body is not UTF-8."
    case unexpectedEnd = "The body ends too early."
    case unexpectedByte = "A byte is there that JSON doesn't allow."
    case invalidNumber = "A number is not written as JSON requires."
    case invalidEscape = "A string has an escape that JSON doesn't know."
    case loneSurrogate = "A string has half a surrogate pair."
    case controlCharacter = "A string has a control character that isn't escaped."
    case trailingBytes = "Something follows the JSON value."
    /// It is JSON, and would take much more memory than its bytes.
    case tooManyValues = "The body has too many values for its length."
    case tooDeep = "Arrays and objects are nested more than 32 deep."
  }
}
