/// A JSON value (RFC 8259) as it was written: numbers keep their digits, objects the order of their members and repeated
/// ones.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The text of the number: `19.90` stays `19.90`, and `1e400` is not infinite.
  case number(String)
  case string(String)
  case array([JSON])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSON

    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }
}
