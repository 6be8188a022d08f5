import Jobs

/// The bytes of one client's stream. They are asked for when the client has taken the ones before: a slow reader makes no
/// queue grow, it skips states that are no longer true.
struct EventStream: AsyncSequence, Sendable {
  /// A comment at least so often, so that nobody on the way takes the stream for dead (nginx after 75 s).
  static let heartbeat = Duration.seconds(15)
  /// For a client whose connection breaks.
  static let reconnection = Duration.seconds(1)

  let seat: Seats.Seat
  let waits: any JobWaiting
  let source: any EventSource

  func makeAsyncIterator() -> Iterator {
    Iterator(seat: seat, waits: waits, source: source)
  }

  struct Iterator: AsyncIteratorProtocol {
    private let seat: Seats.Seat
    private let waits: any JobWaiting
    private var source: any EventSource
    private var hasBegun = false
    private var isOver = false

    fileprivate init(seat: Seats.Seat, waits: any JobWaiting, source: any EventSource) {
      self.seat = seat
      self.waits = waits
      self.source = source
    }

    mutating func next() async throws -> [UInt8]? {
      guard !isOver, !Task.isCancelled else { return nil }
      var writer = EventWriter()
      var deadline = MonotonicTime.now
      if hasBegun {
        deadline = deadline.advanced(by: EventStream.heartbeat)
      } else {
        // Without waiting for an event: the client has to see that it is connected.
        hasBegun = true
        writer.retry(after: EventStream.reconnection)
        writer.comment(source.title)
      }
      while true {
        isOver = try await source.write(to: &writer, until: deadline, waits)
        if isOver || !writer.bytes.isEmpty { return writer.bytes }
        if waits.isDraining {
          isOver = true
          // Not all at once: siblings have to serve them.
          writer.retry(after: .milliseconds(.random(in: 200...2000)))
          return writer.bytes
        }
        if MonotonicTime.now >= deadline {
          writer.comment("")
          return writer.bytes
        }
        if Task.isCancelled { return nil }
      }
    }
  }
}

/// Where the events of a stream come from.
protocol EventSource: Sendable {
  /// For the comment that begins the stream.
  var title: String { get }

  /// Writes what is new since the last call. Where nothing is, waits until `deadline` at most; may return without anything
  /// before that. True after the last event there will be.
  mutating func write(
    to writer: inout EventWriter, until deadline: MonotonicTime, _ waits: any JobWaiting
  ) async throws -> Bool
}
