import StrictJSON

/// Follows jobs until each has ended, or all jobs of a kind without an end, over broken streams and restarts of the service.
public struct Watch: Sendable {
  public enum Happening: Sendable {
    case changed(StatusDocument)
    /// A stream has begun.
    case listening
    /// With the service's problem document, where that is how it was told.
    case missing(Int64, String, document: [UInt8]? = nil)
    /// The service can't be heard; it is asked again after the pause.
    case lost(ClientFailure, pause: Duration)
    case foundAgain
  }

  private static let longestPause = Duration.seconds(10)
  /// The longest pause that a service gets by asking for one.
  private static let longestWish = Duration.seconds(60)

  private let service: ServiceClient
  private var jobs: WatchedJobs
  private var parser = EventParser()
  private var failures = 0
  private var hasAnswered = false

  public init(_ ids: [Int64], of service: ServiceClient) {
    self.service = service
    jobs = WatchedJobs(ids)
  }

  /// All jobs of the kind that `service` asks for: those that have not ended, and from then on each that changes.
  public init(allOf service: ServiceClient) {
    self.service = service
    jobs = .all
  }

  /// Returns how they ended. Throws where the service can't be asked in the first place; once it has answered, it may be
  /// away for as long as it likes.
  public mutating func run(
    _ tell: (Happening, WatchedJobs) -> Void
  ) async throws(ClientFailure) -> ClientExit {
    while true {
      var pause: Duration
      do throws(ClientFailure) {
        if !jobs.isEndless {
          try await look(tell)
        } else if !hasAnswered {
          // A stream may be silent for longer than a service that is asked for the first time.
          try await service.findKind()
        }
        hasAnswered = true
        if !jobs.isOver { try await follow(tell) }
        pause = min(.milliseconds(parser.retry ?? 1000), Self.longestWish)
      } catch {
        guard hasAnswered, error.isPassing else { throw error }
        pause = Self.pause(after: failures, asked: error.retryAfter)
        failures += 1
        tell(.lost(error, pause: pause), jobs)
      }
      parser.streamEnded()
      if jobs.isOver { return jobs.exit }
      do {
        try await Task.sleep(for: pause)
      } catch {
        throw ClientFailure(.other, "interrupted")
      }
    }
  }

  /// How each is now: a stream doesn't tell what is no longer there.
  private mutating func look(_ tell: (Happening, WatchedJobs) -> Void) async throws(ClientFailure) {
    for id in jobs.open {
      do throws(ClientFailure) {
        hear(try await service.status(id), tell)
      } catch {
        guard error.status == .notFound else { throw error }
        guard jobs.miss(id, error.description) else { continue }
        tell(.missing(id, error.description, document: error.document), jobs)
      }
    }
  }

  private mutating func follow(_ tell: (Happening, WatchedJobs) -> Void) async throws(ClientFailure) {
    var stream =
      jobs.isEndless
      ? try await service.eventsOfKind(after: parser.lastEventID)
      : try await service.events(of: jobs.open, after: parser.lastEventID)
    tell(.listening, jobs)
    if failures > 0 {
      failures = 0
      tell(.foundAgain, jobs)
    }
    while !jobs.isOver, let bytes = try await stream.next() {
      let events = parser.read(bytes)
      if parser.isTooLong { throw .tooMuch(from: service.address) }
      for event in events {
        let data = Array(event.data.utf8)
        switch event.type {
        case "message":
          guard let document = StatusDocument(data) else {
            throw .foreign(Answer(status: 200, fields: ["content-type": "text/event-stream"]), at: service.address)
          }
          hear(document, tell)
        case "snapshot" where jobs.isEndless:
          // More has changed than the stream tells.
          try await look(tell)
        case "expired":
          if let id = JSON(document: data)?["id"]?.integer {
            let why = "The job \(id) was removed, or has expired."
            if jobs.miss(id, why) { tell(.missing(id, why), jobs) }
          }
        default: break  // what later versions bring
        }
      }
    }
  }

  private mutating func hear(_ document: StatusDocument, _ tell: (Happening, WatchedJobs) -> Void) {
    if jobs.hear(document) { tell(.changed(document), jobs) }
  }

  /// Longer each time, and not at the same moment as everybody else.
  static func pause(after failures: Int, asked seconds: Int?) -> Duration {
    let most = min(Self.longestPause, .milliseconds(500) * (1 << min(failures, 10)))
    let pause = most * Double.random(in: 0.5...1)
    return max(pause, min(.seconds(seconds ?? 0), Self.longestWish))
  }
}
