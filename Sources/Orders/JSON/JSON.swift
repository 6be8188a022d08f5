/// A JSON value (RFC 8259) as ``JSONReader`` found it: numbers keep their text, objects their order and repetitions.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The digits as they were sent: `19.90` stays `19.90`, `1e400` is no infinity.
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
