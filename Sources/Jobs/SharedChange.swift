import Synchronization

/// One change in memory, shared by all callers that are told of it, with the bytes in which they pass it on.
public final class SharedChange: Sendable {
  public let item: JobNews.Item
  private let passedOn = Mutex<[UInt8]?>(nil)

  public init(_ item: JobNews.Item) {
    self.item = item
  }

  public var number: Int64 { item.change }

  /// What the first call's `encode` returned. All callers pass the same function: it runs once for each change, however
  /// many streams send it.
  public func bytes(_ encode: (JobNews.Item) -> [UInt8]) -> [UInt8] {
    passedOn.withLock { bytes in
      if let bytes { return bytes }
      let made = encode(item)
      bytes = made
      return made
    }
  }
}
