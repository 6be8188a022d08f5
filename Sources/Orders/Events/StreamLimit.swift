import CoreMetrics
import Synchronization

/// How many event streams a process serves at once. Each costs it a read whenever something changes.
final class StreamLimit: Sendable {
  private let limit: Int
  private let open: Meter
  private let taken = Mutex(0)

  /// `open` shows how many there are.
  init(_ limit: Int, open: Meter) {
    self.limit = limit
    self.open = open
  }

  /// A place for one stream, given back when the value goes; `nil` where all are taken.
  func takeSeat() -> Seat? {
    let hasRoom = taken.withLock { taken in
      guard taken < limit else { return false }
      taken += 1
      return true
    }
    guard hasRoom else { return nil }
    open.increment()
    return Seat(of: self)
  }

  final class Seat: Sendable {
    private let limit: StreamLimit

    fileprivate init(of limit: StreamLimit) {
      self.limit = limit
    }

    deinit {
      limit.taken.withLock { $0 -= 1 }
      limit.open.decrement()
    }
  }
}
