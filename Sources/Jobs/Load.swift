/// How busy a store is, as it was about a second ago.
public struct Load: Hashable, Sendable {
  /// Jobs that wait, of each kind of which any do.
  public var queued: [JobKind: Int]
  /// Jobs that come to their end in a second, in all processes together.
  public var endsPerSecond: Double

  public init(queued: [JobKind: Int], endsPerSecond: Double) {
    self.queued = queued
    self.endsPerSecond = endsPerSecond
  }
}
