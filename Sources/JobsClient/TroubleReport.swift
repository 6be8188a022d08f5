import Synchronization

/// What is said about a service that can't be heard: once for each cause, and once when it is back.
final class TroubleReport: Sendable {
  private let said = Mutex<String?>(nil)

  func text(of happening: Watch.Happening) -> String? {
    switch happening {
    case .changed, .listening: return nil
    case .missing(_, let why, _): return why
    case .lost(let failure, _):
      let text = "\(failure.description) (going on asking; interrupt to stop)"
      return said.withLock { said in
        defer { said = text }
        return said == text ? nil : text
      }
    case .foundAgain:
      return said.withLock { said in
        defer { said = nil }
        return said == nil ? nil : "the service answers again"
      }
    }
  }
}
