/// How busy a store is, as it was about a second ago.
public struct Load: Hashable, Sendable {
  /// Jobs that wait.
  public var queued: Int
  /// Jobs that come to their end in a second, in all processes together.
  public var endsPerSecond: Double

  public init(queued: Int, endsPerSecond: Double) {
    self.queued = queued
    self.endsPerSecond = endsPerSecond
  }
}
