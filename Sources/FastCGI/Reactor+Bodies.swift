import Glibc
import Logging
import Synchronization

/// A request whose body goes to a receiver, for the threads that wait for a receiver's disk.
enum ReceivedRequest: Sendable {
  /// The body has come already.
  case whole(Connection, Exchange, any BodyReceiver)
  /// The library has read the parameters from `descriptor`, a duplicate of the connection's.
  case begun(Connection, LibraryReader, RequestHead, descriptor: Int32, any BodyReceiver)
}

extension Reactor {
  /// The loop of a thread that reads long bodies. Those that have a receiver go on to other threads.
  func readBodies() {
    var reader = LibraryReader()
    while let connection = bodies.next() {
      let descriptor = connection.state.withLock { $0.descriptor }
      // libfcgi may close the descriptor that it gets, while a sweep ends ours: so it gets one of its own.
      let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else {
        logger.error("body", metadata: ["error": "\(SystemError("fcntl"))"])
        release(connection)
        continue
      }
      guard let head = reader.readHead(copy, keeping: configuration.keptFields) else {
        release(connection)
        continue
      }
      if let receiver = receiver?(head.announcedBody) {
        wait(for: nil, connection)
        received.append(.begun(connection, reader, head, descriptor: copy, receiver))
        reader = LibraryReader()
      } else {
        serve(connection, reader.readBody(after: head, limit: configuration.bodyLimit), closing: copy)
      }
    }
  }

  /// The loop of a thread that hands bodies to their receivers.
  func receiveBodies() {
    while let request = received.next() {
      switch request {
      case .whole(let connection, let exchange, let receiver):
        if case .complete(let bytes) = exchange.body { bytes.withUnsafeBytes(receiver.take) }
        serve(connection, exchange.received(by: receiver), onWorker: false)
      case .begun(let connection, let reader, let head, let descriptor, let receiver):
        wait(for: configuration.readLimit, connection)
        let outcome = reader.readBody(after: head) { bytes in
          // The peer is not to blame for a slow disk.
          wait(for: nil, connection)
          receiver.take(bytes)
          wait(for: configuration.readLimit, connection)
        }
        serve(connection, outcome, of: receiver, closing: descriptor)
      }
    }
  }

  private func serve(
    _ connection: Connection, _ outcome: LibraryReader.Outcome, of receiver: (any BodyReceiver)? = nil,
    closing copy: Int32
  ) {
    close(copy)
    guard case .request(let exchange) = outcome else {
      receiver?.abandon()
      return release(connection)
    }
    // Padding was sent with the record that it fills up; before the answer nothing else comes.
    dropPadding(255, connection.state.withLock { $0.descriptor })
    wait(for: nil, connection)
    serve(connection, receiver.map(exchange.received) ?? exchange, onWorker: false)
  }

  /// How long the peer may take for the next bytes; `nil`: it is not its turn.
  private func wait(for limit: Duration?, _ connection: Connection) {
    connection.state.withLock { $0.deadline = limit.map { .now + $0 } }
  }
}

extension Exchange {
  /// With the receiver at its end, which may take a while.
  fileprivate func received(by receiver: any BodyReceiver) -> Exchange {
    var exchange = self
    exchange.receiver = receiver
    if case .complete = body { exchange.body = .complete([]) }
    receiver.end(isWhole: exchange.body == .complete([]))
    return exchange
  }
}
