public import Logging
public import ServiceLifecycle
import Synchronization

/// A FastCGI responder: serves every request on `listener` through one `async` handler until it is told to stop.
///
/// The handler starts on the worker thread that read the request, and one that never suspends answers without a single
/// hop. One that waits holds no thread, resumes on a worker, and is cancelled when its client goes away. It must not
/// block: there are as many workers as the configuration says, shared by all requests.
public final class Server: Service {
  public typealias Handler = @Sendable (Request) async -> Response
  public typealias Witness = @Sendable (Answered) -> Void
  public typealias Receiver = @Sendable (AnnouncedBody) -> (any BodyReceiver)?

  public struct Configuration: Sendable {
    /// Request threads; at least 1.
    public var workers = 2
    /// Bytes of a body that a handler gets to see.
    public var bodyLimit = 4 << 20
    /// The header fields that the handler reads; `nil`: any.
    public var keptFields: KeptFields?
    /// How long a peer may take for one request's bytes, from the first to the last.
    public var readLimit = Duration.seconds(10)
    /// How long a peer may take nothing of an answer.
    public var writeLimit = Duration.seconds(10)
    /// How long a shutdown waits for requests in flight, and for the peer to end its kept connections.
    public var drainLimit = Duration.seconds(30)

    /// Bytes held of all requests that come slowly. A connection that would take more is closed.
    var slowLimit = 64 << 20
    /// Bytes of answers that wait for slow peers, of all connections. Above it a peer may take nothing of its answer for
    /// ``pressedWriteLimit`` only, so that peers that never read can't fill the memory.
    var unsentLimit = 64 << 20
    var pressedWriteLimit = Duration.seconds(1)
    /// Above it the answers that have waited longest are given up, though their peers may still read a little now and then.
    var unsentMost = 256 << 20

    public init() {}
  }

  let reactor: Reactor
  private let onReady: @Sendable () -> Void
  private let onDrain: @Sendable () -> Void

  /// `onReady` is called once, when all threads run and before the first connection is accepted. `onDrain` is called
  /// once, when the shutdown has begun: the moment to answer what waits. `onAnswer` is told of each request after its
  /// answer, on the worker that sent it. `receiver` is asked once for each request: where it returns one, that takes the
  /// body in place of the request, whatever its length. None of them may block.
  public init(
    listener: Listener, configuration: Configuration = Configuration(), logger: Logger,
    onReady: @escaping @Sendable () -> Void = {}, onDrain: @escaping @Sendable () -> Void = {},
    onAnswer: Witness? = nil, receiver: Receiver? = nil, handler: @escaping Handler
  ) throws(SystemError) {
    reactor = try Reactor(
      listener: listener, configuration: configuration, logger: logger, witness: onAnswer,
      receiver: receiver, handler: handler)
    self.onReady = onReady
    self.onDrain = onDrain
  }

  /// Serves until graceful shutdown (or the task's cancellation): then no new connection is accepted, requests in flight
  /// finish, each kept connection is answered once more and ended without a race, and this returns when the last is gone
  /// or the drain limit is over.
  public func run() async throws {
    try reactor.start(onReady)
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await reactor.stopped()
      } onCancel: {
        self.drain()
      }
    } onGracefulShutdown: {
      self.drain()
    }
  }

  /// Returns when a request thread has taken its turn of the loop: never where all of them are stuck.
  public func turn() async {
    await Task(executorPreference: reactor.executor) {}.value
  }

  /// First the reactor, then those who wait: their answers are to be the last ones on their connections.
  private func drain() {
    if reactor.drain() { onDrain() }
  }
}
