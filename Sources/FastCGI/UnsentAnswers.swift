import Synchronization

/// The answers that wait in memory for their peers, of all connections, in the order in which they began to wait.
final class UnsentAnswers: Sendable {
  struct Answer: Sendable {
    let connection: Connection
    /// Which of the connection's requests it answers.
    let serial: UInt64
    let bytes: Int
  }

  private struct Waiting {
    var answers: [Answer] = []
    var bytes = 0
  }

  /// Bytes of all answers together.
  private let most: Int
  private let waiting = Mutex(Waiting())

  init(most: Int) {
    self.most = most
  }

  var bytes: Int { waiting.withLock { $0.bytes } }

  /// Returns the answers that have to go, so that those which are left take no more than the limit. They count no more.
  /// The new one always stays, even alone over the limit.
  func append(_ answer: Answer) -> [Answer] {
    waiting.withLock { waiting in
      var over = waiting.bytes + answer.bytes - most
      let old = waiting.answers.prefix { oldest in
        guard over > 0 else { return false }
        over -= oldest.bytes
        return true
      }
      waiting.answers.removeFirst(old.count)
      waiting.answers.append(answer)
      waiting.bytes += answer.bytes - old.reduce(0) { $0 + $1.bytes }
      return Array(old)
    }
  }

  /// For one that is sent or given up; where it had to go already nothing changes.
  func remove(_ answer: Answer) {
    waiting.withLock { waiting in
      let place = waiting.answers.firstIndex { $0.connection === answer.connection && $0.serial == answer.serial }
      guard let place else { return }
      waiting.bytes -= waiting.answers.remove(at: place).bytes
    }
  }
}
