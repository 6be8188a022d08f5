import Logging
import Synchronization

/// Keeps the messages that are logged, without their metadata.
final class LogLines: LogHandler {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func log(event: LogEvent) {
    lines.withLock { $0.append(event.message.description) }
  }

  var logLevel: Logger.Level {
    get { .info }
    set {}
  }

  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { nil }
    set {}
  }
}
