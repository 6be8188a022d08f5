/// What became of one request, for a log of accesses.
public struct Answered: Sendable {
  public let request: Request
  public let status: Int
  /// Bytes of the answer's body that the peer has taken.
  public let bytes: Int
  /// Whether the peer has taken all of it. nginx goes early after HEAD, and when its client leaves.
  public let isWhole: Bool
  /// When the request had been read: Unix time in nanoseconds.
  public let begin: Int64
  /// Nanoseconds from then until the answer had left.
  public let duration: Int64
}
