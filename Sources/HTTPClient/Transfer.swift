import Synchronization

/// A request and what has come of it so far: fed on the loop's thread, read by one task.
final class Transfer: Sendable {
  typealias Reader = CheckedContinuation<TransferEvent, Never>

  let request: Request
  private let both: Mutex<(state: TransferState, reader: Reader?)>

  init(_ request: Request) {
    self.request = request
    both = Mutex((TransferState(readAhead: request.readAhead), nil))
  }

  var isPaused: Bool { both.withLock { $0.state.isPaused } }

  func receive(_ head: ResponseHead) { feed { $0.receive(head) } }

  /// False where the transfer has to pause with these bytes.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool { feed { $0.receive(bytes) } }

  func end(_ error: TransferError?) { feed { $0.end(error) } }

  /// Hands the next event to `reader`, now or when it comes. True where the transfer has to be resumed.
  func read(_ reader: Reader) -> Bool {
    let next = both.withLock { both -> (event: TransferEvent, mustResume: Bool)? in
      precondition(both.reader == nil, "one task reads an answer")
      let next = both.state.next()
      if next == nil { both.reader = reader }
      return next
    }
    guard let next else { return false }
    reader.resume(returning: next.event)
    return next.mustResume
  }

  private func feed<Value: Sendable>(_ change: (inout TransferState) -> Value) -> Value {
    let (value, reader, event) = both.withLock { both -> (Value, Reader?, TransferEvent?) in
      let value = change(&both.state)
      // Where a reader waits nothing else does: no room can have become free.
      guard let reader = both.reader, let next = both.state.next() else { return (value, nil, nil) }
      both.reader = nil
      return (value, reader, next.event)
    }
    if let event { reader?.resume(returning: event) }
    return value
  }
}
