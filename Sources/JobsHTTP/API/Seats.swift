import CoreMetrics
import Synchronization

/// Seats for requests that last: event streams, or waits. A process has so many, and one client may take half of them, so
/// that no client keeps the others out.
final class Seats: Sendable {
  enum Refusal: Error {
    /// This client has its share.
    case shareTaken
    case allTaken
  }

  /// What one client may take: half of all, but at least one.
  let share: Int
  private let total: Int
  private let meter: Meter
  private let state = Mutex(State())

  private struct State {
    var taken = 0
    /// Only clients that have a seat.
    var byClient: [Client: Int] = [:]
  }

  /// `meter` shows how many are taken.
  init(_ total: Int, meter: Meter) {
    self.total = total
    self.meter = meter
    share = max(1, total / 2)
  }

  /// A seat until the value goes. A client that is `nil` has no share: it is refused only where all seats are taken.
  func take(for client: Client?) throws(Refusal) -> Seat {
    let refusal = state.withLock { state -> Refusal? in
      if let client, state.byClient[client, default: 0] >= share { return .shareTaken }
      if state.taken >= total { return .allTaken }
      state.taken += 1
      if let client { state.byClient[client, default: 0] += 1 }
      return nil
    }
    if let refusal { throw refusal }
    meter.increment()
    return Seat(of: self, for: client)
  }

  /// How many clients have a seat, those without a share aside.
  var clients: Int { state.withLock { $0.byClient.count } }

  private func giveBack(_ client: Client?) {
    state.withLock { state in
      state.taken -= 1
      guard let client, let held = state.byClient[client] else { return }
      state.byClient[client] = held > 1 ? held - 1 : nil
    }
    meter.decrement()
  }

  final class Seat: Sendable {
    private let seats: Seats
    private let client: Client?

    fileprivate init(of seats: Seats, for client: Client?) {
      self.seats = seats
      self.client = client
    }

    deinit {
      seats.giveBack(client)
    }
  }
}
