import Glibc
import Logging
import Synchronization

extension Reactor {
  /// Takes what has come of a slow request out of its connection, and serves it when it is whole. The head is examined
  /// before libfcgi reads it, like any other.
  func takeSlowly(_ connection: Connection, _ descriptor: Int32, _ worker: borrowing Worker) {
    var request = connection.state.withLock { state in
      defer { state.slowRequest = nil }
      return state.slowRequest ?? SlowRequest()
    }
    while true {
      let count = recv(
        descriptor, worker.peeked.baseAddress, worker.peeked.count, Int32(MSG_PEEK | MSG_DONTWAIT))
      if count > 0, request.size == 0, isForReceiver(UnsafeRawBufferPointer(rebasing: worker.peeked.prefix(count))) {
        return queueForBody(connection)
      }
      if count < 0, errno == EAGAIN {
        // Not nothing: a sweep had found some.
        let arrived = request.size
        guard keep(request, of: connection) else {
          logger.notice("connection closed", metadata: ["reason": "too much is held of slow requests"])
          return release(connection)
        }
        if waitForMore(connection, arrived: arrived) { return }
        request = connection.state.withLock { state in
          defer { state.slowRequest = nil }
          return state.slowRequest ?? SlowRequest()
        }
        continue
      }
      guard count > 0 else { return release(connection) }
      let bytes = UnsafeRawBufferPointer(rebasing: worker.peeked.prefix(count))
      let (examination, used) = request.take(bytes, bodyLimit: configuration.bodyLimit)
      // Never blocks: these bytes have just been seen, and only this worker reads from the connection.
      recv(descriptor, worker.peeked.baseAddress, used, Int32(MSG_DONTWAIT))
      switch examination {
      case .complete:
        return read(request, of: connection, worker)
      case .incomplete where request.head.count >= worker.peeked.count:
        logger.notice("connection closed", metadata: ["reason": "parameters without end"])
        return release(connection)
      case .incomplete, .parametersComplete:
        continue
      case .invalid(let reason):
        logger.notice("connection closed", metadata: ["reason": "\(reason)"])
        return release(connection)
      }
    }
  }

  /// Whether a body that a receiver may take is to come: it may be longer than what is held in memory.
  private func isForReceiver(_ bytes: UnsafeRawBufferPointer) -> Bool {
    receiver != nil && RequestExamination.examine(bytes) == .parametersComplete
  }

  /// Leaves the request with its connection. False where all of them together hold more memory than they may.
  private func keep(_ request: SlowRequest, of connection: Connection) -> Bool {
    let growth = connection.state.withLock { state in
      defer { state.slowBytes = request.size }
      state.slowRequest = request
      return request.size - state.slowBytes
    }
    return slowBytes.add(growth, ordering: .relaxed).newValue <= configuration.slowLimit
  }

  private func read(_ request: SlowRequest, of connection: Connection, _ worker: borrowing Worker) {
    let file: Int32
    do {
      file = try request.file()
    } catch {
      logger.error("slow request", metadata: ["error": "\(error)"])
      return release(connection)
    }
    connection.state.withLock { settle(&$0) }
    let outcome = worker.reader.read(file, bodyLimit: configuration.bodyLimit, keeping: configuration.keptFields)
    // Where the library gave up it has closed the file.
    if case .closed = outcome {} else { close(file) }
    guard case .request(let exchange) = outcome else { return release(connection) }
    serve(connection, exchange, of: receiver?(exchange.head.announcedBody))
  }

  /// Gives back what the connection's slow request took of the limit.
  func settle(_ state: inout Connection.State) {
    if state.slowBytes > 0 { slowBytes.subtract(state.slowBytes, ordering: .relaxed) }
    state.slowBytes = 0
    state.isSlow = false
    state.slowRequest = nil
  }
}
