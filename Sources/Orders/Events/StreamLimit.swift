import Synchronization

/// How many event streams a process serves at once. Each costs it a read whenever something changes.
final class StreamLimit: Sendable {
  private let limit: Int
  private let taken = Mutex(0)

  init(_ limit: Int) {
    self.limit = limit
  }

  /// A place for one stream, given back when the value goes; `nil` where all are taken.
  func takeSeat() -> Seat? {
    let hasRoom = taken.withLock { taken in
      guard taken < limit else { return false }
      taken += 1
      return true
    }
    return hasRoom ? Seat(of: self) : nil
  }

  final class Seat: Sendable {
    private let limit: StreamLimit

    fileprivate init(of limit: StreamLimit) {
      self.limit = limit
    }

    deinit {
      limit.taken.withLock { $0 -= 1 }
    }
  }
}
