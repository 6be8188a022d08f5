import HTTPTypes
import Logging
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

/// A server of one test's own, in this process, on a socket in a temporary folder.
final class ServerUnderTest: Sendable {
  let path: String
  let server: Server
  private let folder: TemporaryFolder
  private let running: Mutex<Task<Void, Never>?>
  private let outcome = Mutex<Result<Void, any Error>?>(nil)

  init(
    _ configuration: Server.Configuration = Server.Configuration(), onReady: @escaping @Sendable () -> Void = {},
    onDrain: @escaping @Sendable () -> Void = {}, receiver: Server.Receiver? = nil,
    handler: @escaping Server.Handler = echo
  ) throws {
    folder = try TemporaryFolder()
    path = folder.path + "/s"
    var logger = Logger(label: "test", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = .critical
    server = try Server(
      listener: Listener.bind(path: path), configuration: configuration, logger: logger, onReady: onReady,
      onDrain: onDrain, receiver: receiver, handler: handler)
    running = Mutex(nil)
    let task = Task {
      do {
        try await self.server.run()
        self.outcome.withLock { $0 = .success(()) }
      } catch {
        self.outcome.withLock { $0 = .failure(error) }
      }
    }
    running.withLock { $0 = task }
  }

  func connect() throws -> Peer { try Peer(connectingTo: path) }

  /// Asks on a connection of its own.
  func ask(_ bytes: [UInt8]) async throws -> Answer { try await connect().ask(bytes) }

  /// What must hold after everything that a test has done to a server.
  func answersHonestly(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let answer = try await ask(RecordBytes.request("POST", "/honest", body: Array("four".utf8), keeps: false))
    #expect(answer.status == 200, sourceLocation: sourceLocation)
    #expect(answer.text == "POST /honest 4", sourceLocation: sourceLocation)
  }

  /// The beginning of a shutdown, as by SIGTERM.
  func beginDrain() { running.withLock { $0 }?.cancel() }

  var hasReturned: Bool { outcome.withLock { $0 != nil } }

  /// Ends it; a server whose `run()` doesn't return fails the test.
  func stop() async throws {
    beginDrain()
    try await eventually("run() returns") { self.hasReturned }
    try outcome.withLock { $0 }?.get()
  }

  var openConnections: Int { server.reactor.connections.count }
}

/// Everything that talks to a live server, one at a time: some of it measures time, threads and processor.
@Suite(.serialized) enum LiveServerTests {}

extension Server.Configuration {
  static func with(_ change: (inout Self) -> Void) -> Self {
    var configuration = Self()
    change(&configuration)
    return configuration
  }

  /// For a server that ends with its test: what a test leaves behind is not waited for.
  static func brief(_ change: (inout Self) -> Void = { _ in }) -> Self {
    .with {
      $0.drainLimit = .seconds(1)
      change(&$0)
    }
  }
}

/// One test's server, ended after it.
func withServer(
  _ configuration: Server.Configuration = .brief(), onDrain: @escaping @Sendable () -> Void = {},
  receiver: Server.Receiver? = nil, handler: @escaping Server.Handler = echo,
  _ body: (ServerUnderTest) async throws -> Void
) async throws {
  let server = try ServerUnderTest(configuration, onDrain: onDrain, receiver: receiver, handler: handler)
  do {
    try await body(server)
  } catch {
    // Both errors are told: a server that never ran looks like a peer that waits in vain.
    do { try await server.stop() } catch { Issue.record(error) }
    throw error
  }
  try await server.stop()
}

/// Answers with what it got: method, target, and the body's length or what was wrong with it.
@Sendable func echo(_ request: Request) async -> Response {
  let body =
    switch request.body {
    case .complete(let bytes): "\(bytes.count)"
    case .tooLarge(let limit): "more than \(limit)"
    case .truncated: "truncated"
    }
  return .text("\(request.method.rawValue) \(request.target) \(body)")
}

extension Response {
  static func text(_ text: String) -> Response { Response(status: .ok, body: .bytes(Array(text.utf8))) }
}
