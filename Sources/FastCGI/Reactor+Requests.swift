import Glibc
import Logging
import Synchronization

extension Reactor {
  /// A body of which this much has come, and still not its end, is read by a thread made for it.
  private static let longBody = 64 << 10

  /// What a worker does with an event of a connection, after it let go of the connection's lock.
  private enum Step {
    case nothing
    case examine(Int32)
    case takeSlowly(Int32)
    case close
    case cancel(Task<Void, Never>?, CheckedContinuation<Void, Never>?)
    case resume(CheckedContinuation<Void, Never>)
  }

  func take(_ event: EventQueue.Event, _ worker: borrowing Worker) {
    let connection = connections[UInt32(truncatingIfNeeded: event.token)]
    let step = connection.state.withLock { state -> Step in
      guard connection.token(state) == event.token else { return .nothing }
      let isGone = !event.interest.isDisjoint(with: .gone)
      switch state.phase {
      case .closed, .readingBody:
        return .nothing
      case .idle, .partial:
        state.phase = .examining
        // A peer that has hung up before we read doesn't want the answer: under overload connections wait in the
        // backlog while their clients leave.
        if isGone { return .close }
        return state.isSlow ? .takeSlowly(state.descriptor) : .examine(state.descriptor)
      case .examining:
        state.hasNews = true
        if isGone { state.hasHungUp = true }
        return .nothing
      case .serving, .answering:
        return tellHandler(of: event, connection, &state, isGone: isGone)
      }
    }
    switch step {
    case .nothing: return
    case .examine(let descriptor): examine(connection, descriptor, worker)
    case .takeSlowly(let descriptor): takeSlowly(connection, descriptor, worker)
    case .close: release(connection)
    case .cancel(let task, let waiter):
      task?.cancel()
      waiter?.resume()
    case .resume(let waiter): waiter.resume()
    }
  }

  /// While a handler runs its peer has nothing to send: whatever comes is its leave (or FCGI_ABORT_REQUEST). But once the
  /// answer is being written its end may be with the peer before our thread goes on: then it is the next request.
  private func tellHandler(
    of event: EventQueue.Event, _ connection: Connection, _ state: inout Connection.State, isGone: Bool
  ) -> Step {
    var byte: UInt8 = 0
    let isLeave =
      state.phase == .serving && event.interest.contains(.readable)
      && recv(state.descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) >= 0
    if isGone || isLeave {
      let waiter = state.hangUp()
      return .cancel(state.task, waiter)
    }
    if event.interest.contains(.writable), let waiter = state.takeWaiter() {
      if state.phase == .serving { arm(connection, &state) }
      return .resume(waiter)
    }
    if state.task != nil, state.phase == .serving || state.whenWritable != nil { arm(connection, &state) }
    return .nothing
  }

  /// Asks to be told when the client of a request that waits goes away, and, if a write is blocked, when it can go on.
  func arm(_ connection: Connection, _ state: inout Connection.State) {
    var interest: EventQueue.Interest = [.hungUp, .once]
    if state.phase == .serving { interest.insert(.readable) }
    if state.whenWritable != nil { interest.insert(.writable) }
    watch(connection, &state, interest)
  }

  /// Leaves the connection to epoll until its next request; the caller owns it no more.
  func rest(_ connection: Connection, _ state: inout Connection.State) {
    state.phase = .idle
    state.task = nil
    state.deadline = nil
    watch(connection, &state, [.readable, .hungUp, .once])
  }

  private func watch(_ connection: Connection, _ state: inout Connection.State, _ interest: EventQueue.Interest) {
    do {
      try events.modify(state.descriptor, interest, token: connection.token(state))
    } catch {
      // Can't fail for a descriptor that is open and registered: both end in `release` alone, by the owner.
      logger.critical("connection", metadata: ["error": "\(error)"])
    }
  }

  private func examine(_ connection: Connection, _ descriptor: Int32, _ worker: borrowing Worker) {
    while true {
      let count = recv(
        descriptor, worker.peeked.baseAddress, worker.peeked.count, Int32(MSG_PEEK | MSG_DONTWAIT))
      if count < 0, errno == EAGAIN {
        // An event of the request before, told late: nothing has begun, so no deadline either.
        if waitForMore(connection, arrived: 0) { return }
        continue
      }
      guard count > 0 else { return release(connection) }
      let bytes = UnsafeRawBufferPointer(rebasing: worker.peeked.prefix(count))
      switch RequestExamination.examine(bytes) {
      case .complete(let trailingPadding):
        return read(connection, descriptor, worker, trailingPadding: trailingPadding)
      case .parametersComplete where count >= Self.longBody:
        return queueForBody(connection)
      case .incomplete where count == worker.peeked.count:
        logger.notice("connection closed", metadata: ["reason": "parameters without end"])
        return release(connection)
      case .incomplete, .parametersComplete:
        if waitForMore(connection, arrived: count) { return }
      case .invalid(let reason):
        logger.notice("connection closed", metadata: ["reason": "\(reason)"])
        return release(connection)
      }
    }
  }

  /// Leaves a half-sent request to epoll, which tells each new byte once (re-arming one-shot over bytes that lie there
  /// fires at once, for ever). False where more has come meanwhile.
  func waitForMore(_ connection: Connection, arrived: Int) -> Bool {
    let (isLeft, isGone) = connection.state.withLock { state in
      if state.hasHungUp { return (true, true) }
      if state.hasNews {
        state.hasNews = false
        return (false, false)
      }
      guard arrived > 0 else {
        rest(connection, &state)
        return (true, false)
      }
      state.phase = .partial
      state.arrived = arrived
      if state.deadline == nil {
        state.deadline = .now + configuration.readLimit
        watch(connection, &state, [.readable, .hungUp, .edge])
      }
      return (true, false)
    }
    if isGone { release(connection) }
    return isLeft
  }

  func queueForBody(_ connection: Connection) {
    connection.state.withLock { state in
      settle(&state)
      state.phase = .readingBody
      state.deadline = .now + configuration.readLimit
    }
    bodies.append(connection)
  }

  private func read(
    _ connection: Connection, _ descriptor: Int32, _ worker: borrowing Worker, trailingPadding: Int
  ) {
    guard let head = worker.reader.readHead(descriptor, keeping: configuration.keptFields) else {
      return forget(connection)
    }
    let receiver = receiver?(head.announcedBody)
    // A receiver gets all of it, which lies in the connection already.
    let limit = receiver == nil ? configuration.bodyLimit : .max
    guard case .request(let exchange) = worker.reader.readBody(after: head, limit: limit) else {
      receiver?.abandon()
      return release(connection)
    }
    dropPadding(trailingPadding, descriptor)
    serve(connection, exchange, of: receiver)
  }

  /// Serves a request that has been read, or leaves its body to a thread of `receiver`.
  func serve(_ connection: Connection, _ exchange: Exchange, of receiver: (any BodyReceiver)?) {
    guard let receiver else { return serve(connection, exchange, onWorker: true) }
    connection.state.withLock { state in
      state.phase = .readingBody
      state.deadline = nil
    }
    received.append(.whole(connection, exchange, receiver))
  }

  /// libfcgi stops reading at the last header; the padding behind it would be taken for the next request's beginning.
  func dropPadding(_ most: Int, _ descriptor: Int32) {
    guard most > 0 else { return }
    _ = withUnsafeTemporaryAllocation(byteCount: most, alignment: 1) { buffer in
      recv(descriptor, buffer.baseAddress, most, Int32(MSG_DONTWAIT))
    }
  }

  /// Ends a connection: closes it, and its slot is free. For the owner alone.
  func release(_ connection: Connection) {
    // No event may find the connection between its end and the descriptor's, whose number is reused at once.
    close(end(connection))
    freeSlot(of: connection)
  }

  /// Frees the slot of a connection whose descriptor libfcgi has closed.
  private func forget(_ connection: Connection) {
    _ = end(connection)
    freeSlot(of: connection)
  }

  /// Its descriptor, still open.
  private func end(_ connection: Connection) -> Int32 {
    connection.state.withLock { state in
      settle(&state)
      defer {
        state = Connection.State(generation: state.generation &+ 1, serial: state.serial)
      }
      return state.descriptor
    }
  }

  private func freeSlot(of connection: Connection) {
    connections.giveBack(connection)
    stopIfDrained()
  }
}
