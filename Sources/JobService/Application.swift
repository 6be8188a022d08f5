import HTTPClient
import Kinds
import Synchronization

/// What the executable is made of. The parser of arguments makes the commands, and can hand them nothing: this is set
/// once, before the arguments are read.
struct Application: Sendable {
  var kinds: [Kind] = []
  var version = "development"

  static let current = Mutex(Application())

  static var kinds: [Kind] { current.withLock { $0.kinds } }
  /// HTTP out, for callbacks and services.
  static let client = Client()
  static var userAgent: String { "orders/\(version)" }

  static var version: String { current.withLock { $0.version } }
}
