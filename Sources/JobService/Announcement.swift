import Logging
import ServiceLifecycle
import UnixSignals

/// Logs that the process is ready, once its signals are handled: from this line on it may be told to end.
struct Announcement: Service {
  let logger: Logger
  let role: MemberRole
  let metadata: Logger.Metadata

  func run() async throws {
    role.logReady(to: logger, metadata)
    try await gracefulShutdown()
  }
}

/// Answers SIGHUP, by which daemons are asked to read their configuration again: options are read at the start alone. A
/// terminal that closes ends no process.
struct HangUps: Service {
  let signals: UnixSignalsSequence
  let logger: Logger

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() {
      logger.notice("nothing to reload: options are read at the start; a rolling restart takes over new ones")
    }
  }
}
