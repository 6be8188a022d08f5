import Logging

/// What a process of a store is there for, and how its log says so.
enum MemberRole: String {
  case serve, work

  /// What it does, for the service manager.
  var present: String { self == .serve ? "serving" : "working" }

  func logReady(to logger: Logger, _ metadata: Logger.Metadata) {
    switch self {
    case .serve: logger.notice("serving", metadata: metadata)
    case .work: logger.notice("working", metadata: metadata)
    }
  }

  func logEnd(to logger: Logger, _ metadata: Logger.Metadata) {
    switch self {
    case .serve: logger.notice("served", metadata: metadata)
    case .work: logger.notice("worked", metadata: metadata)
    }
  }

  func logFailure(to logger: Logger, _ metadata: Logger.Metadata) {
    switch self {
    case .serve: logger.critical("cannot serve", metadata: metadata)
    case .work: logger.critical("cannot work", metadata: metadata)
    }
  }
}
