public import Jobs
import Logging
public import ServiceLifecycle
import Synchronization

/// Sends what the store owes to those who want to be told of a job's end. Every process may run one: each message is sent
/// by one of them at a time, and by another one if that dies.
///
/// 2xx is heard, 410 is a wish to hear no more; everything else is tried again after a pause that doubles, until the
/// attempts are used up. Receivers tell repeated messages by their `webhook-id`.
public final class CallbackSender: Service {
  public struct Configuration: Sendable {
    /// Forty attempts take about a day.
    public var policy = AttemptPolicy(
      attempts: 40, timeout: .seconds(15), firstPause: .seconds(5), longestPause: .seconds(3600))
    /// Messages sent at once.
    public var sends = 32
    /// Messages sent to one host at once.
    public var sendsToOneHost = 4
    /// How long a shutdown waits for those under way; then they are given back, and a sibling sends them again.
    public var patience = Duration.seconds(3)
    /// The time between two looks for what is due again.
    public var beat = Duration.milliseconds(250)
    /// Who calls, for receivers.
    public var userAgent = "orders"

    public init() {}
  }

  private struct State {
    var room: CallbackRoom
    var isDraining = false
    /// When the last message that was put off comes due again.
    var putOffUntil = ContinuousClock.now
  }

  /// What was put off comes due again at this rate. A long line for one host costs no more than that, however long it is.
  private static let putOffStep = Duration.milliseconds(2)
  private static let shortestPutOff = Duration.seconds(1)

  private let outbox: any JobStore & CallbackOutbox
  private let call: CallbackCall
  private let configuration: Configuration
  private let logger: Logger
  private let meters = CallbackMeters()
  private let state: Mutex<State>
  /// Something may be due, or there is room; ends with the drain.
  private let occasions = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  init(
    outbox: any JobStore & CallbackOutbox, call: CallbackCall, configuration: Configuration, logger: Logger
  ) {
    self.outbox = outbox
    self.call = call
    self.configuration = configuration
    self.logger = logger
    state = Mutex(State(room: CallbackRoom(configuration.sends, perHost: configuration.sendsToOneHost)))
  }

  /// Sends until graceful shutdown, then lets what is under way end, or gives it back. Throws when it is cancelled.
  public func run() async throws {
    let listening = [Task { await listen() }, Task { await tick() }]
    await withTaskCancellationOrGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        for await _ in occasions.stream { await claim(into: &group) }
        await idle(within: configuration.patience)
        group.cancelAll()
      }
    } onCancelOrGracefulShutdown: {
      self.drain()
    }
    for task in listening { task.cancel() }
    // Drained before its turn, it isn't over before it.
    try await gracefulShutdown()
  }

  /// Begins to send nothing more, at once; the rest is for the shutdown itself. May be called again.
  public func drain() {
    state.withLock { $0.isDraining = true }
    occasions.continuation.finish()
  }

  private func listen() async {
    for await _ in outbox.rings() { occasions.continuation.yield() }
  }

  private func tick() async {
    while !Task.isCancelled {
      occasions.continuation.yield()
      try? await Task.sleep(for: configuration.beat)
    }
  }

  private func idle(within limit: Duration) async {
    let deadline = ContinuousClock.now + limit
    while !Task.isCancelled, ContinuousClock.now < deadline, isSending {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  private var isSending: Bool { state.withLock { $0.room.left < configuration.sends } }

  /// `nil` where there is none.
  private var room: CallbackRoom? {
    state.withLock { state in
      guard !state.isDraining, state.room.left > 0 else { return nil }
      var room = state.room
      room.pause = max(.zero, ContinuousClock.now.duration(to: state.putOffUntil)) + Self.shortestPutOff
      return room
    }
  }

  private func claim(into group: inout DiscardingTaskGroup) async {
    do {
      while let room, try await outbox.hasDueCallbacks(for: room) {
        let claim = try await outbox.claimCallbacks(room, lease: lease)
        state.withLock { state in
          state.putOffUntil = max(.now, state.putOffUntil) + Self.putOffStep * claim.postponed
        }
        for delivery in claim.deliveries {
          state.withLock { _ = $0.room.take(delivery.url) }
          group.addTask {
            await self.send(delivery)
            self.state.withLock { $0.room.giveBack(delivery.url) }
            self.occasions.continuation.yield()
          }
        }
      }
    } catch {
      logger.error("claim callbacks", metadata: ["error": "\(error)"])
    }
  }

  /// An attempt ends in time, or its process hangs.
  private var lease: Duration { timeout + .seconds(15) }

  private var timeout: Duration { configuration.policy.timeout ?? .seconds(15) }

  private func send(_ delivery: CallbackDelivery) async {
    let result = await call.attempt(delivery, within: timeout)
    let verdict = CallbackVerdict(
      of: result, attempt: delivery.attempt, under: configuration.policy, jitter: .random(in: 0..<1))
    meters.attempted(verdict)
    tell(verdict, of: delivery, result)
    do {
      if try await !outbox.settle(delivery, as: verdict.outcome) {
        logger.info("late end of a callback refused", metadata: metadata(of: delivery))
      }
    } catch {
      // It is due again when its lease is over.
      logger.error("settle callback", metadata: metadata(of: delivery).merging(["error": "\(error)"]) { $1 })
    }
  }

  /// One line for each attempt; nothing of the URL but its host, for it may hold secrets.
  private func tell(_ verdict: CallbackVerdict, of delivery: CallbackDelivery, _ result: CallbackResult) {
    var metadata = metadata(of: delivery)
    metadata["result"] = "\(result)"
    switch verdict {
    case .delivered: logger.info("callback delivered", metadata: metadata)
    case .givenUp: logger.error("callback given up", metadata: metadata)
    case .interrupted: logger.info("callback given back", metadata: metadata)
    case .again(let pause):
      metadata["again"] = "\(pause)"
      logger.warning("callback failed, and is tried again", metadata: metadata)
    }
  }

  private func metadata(of delivery: CallbackDelivery) -> Logger.Metadata {
    [
      "job": "\(delivery.job.id)", "message": "\(delivery.message)", "attempt": "\(delivery.attempt)",
      "host": "\(CallbackTarget(delivery.url)?.host ?? "-")",
    ]
  }
}
