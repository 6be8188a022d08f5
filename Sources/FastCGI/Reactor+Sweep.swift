import CFastCGI
import Glibc
import Logging
import Synchronization

extension Reactor {
  /// How long a handler that was cancelled at the drain's limit may still take to answer.
  private static let lastWords = Duration.milliseconds(500)

  private enum Verdict {
    case fine
    case take(Int32)
    case close(String)
    case cancel(Task<Void, Never>?, CheckedContinuation<Void, Never>?, String)
  }

  /// Four times a second, on whichever worker gets the tick: ends what has lasted too long, and begins to take
  /// requests out of their connections of which nothing came since the sweep before: their peers may wait for room.
  func sweep(_ worker: borrowing Worker) {
    reopenDoor()
    giveMemoryBack()
    let now = ContinuousClock.now
    let overtime = overtime
    for connection in connections.all {
      switch judge(connection, now, isDrainOver: overtime != nil) {
      case .fine: break
      case .take(let descriptor): takeSlowly(connection, descriptor, worker)
      case .close(let reason):
        logger.notice("connection closed", metadata: ["reason": "\(reason)"])
        release(connection)
      case .cancel(let task, let waiter, let reason):
        logger.notice("request given up", metadata: ["reason": "\(reason)"])
        task?.cancel()
        waiter?.resume()
      }
    }
    if let overtime, overtime >= Self.lastWords { stop() }
  }

  /// The allocator keeps what long answers took, for each thread. The system gets it back when as much as
  /// ``Server/Configuration/unsentLimit`` had waited for peers and no such answer has gone since the sweep before: never
  /// while more of them come and go, which would have to ask the system for it again.
  private func giveMemoryBack() {
    let gone = goneBytes.load(ordering: .relaxed)
    guard goneBeforeSweep.exchange(gone, ordering: .relaxed) == gone, gone > configuration.unsentLimit else { return }
    goneBytes.subtract(gone, ordering: .relaxed)
    malloc_trim(0)
  }

  private func judge(_ connection: Connection, _ now: ContinuousClock.Instant, isDrainOver: Bool) -> Verdict {
    connection.state.withLock { state in
      let isLate = state.deadline.map { $0 <= now } ?? false
      switch state.phase {
      case .partial where isLate || isDrainOver:
        state.phase = .examining
        return .close("request not whole in time")
      case .partial where !state.isSlow:
        guard state.arrivedBeforeSweep == state.arrived else {
          state.arrivedBeforeSweep = state.arrived
          return .fine
        }
        state.phase = .examining
        state.isSlow = true
        return .take(state.descriptor)
      case .idle where isDrainOver:
        state.phase = .examining
        return .close("drain is over")
      case .readingBody where isLate || isDrainOver:
        // The thread that reads sees its end, and closes the connection.
        shutdown(state.descriptor, Int32(SHUT_RDWR))
        return .fine
      case .serving where isLate || isDrainOver, .answering where isLate || isDrainOver:
        guard !state.hasHungUp else { return .fine }
        let waiter = state.hangUp()
        return .cancel(state.task, waiter, isLate ? "peer takes no more of its answer" : "drain is over")
      default:
        return .fine
      }
    }
  }
}
