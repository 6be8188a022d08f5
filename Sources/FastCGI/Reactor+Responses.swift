import Glibc
import HTTPTypes
import Logging
import Synchronization

/// What a request needs to be answered.
struct Exchange: Sendable {
  let head: RequestHead
  var body: Request.Body
  let id: UInt16
  let keepsConnection: Bool
  var receiver: (any BodyReceiver)?
}

extension Reactor {
  /// Starts the handler's task: on the calling worker, as far as it gets without suspending, or queued for a worker.
  func serve(_ connection: Connection, _ exchange: Exchange, onWorker: Bool) {
    let (serial, descriptor) = connection.state.withLock { state in
      state.phase = .serving
      state.deadline = nil
      state.hasNews = false
      state.arrivedBeforeSweep = nil
      state.serial &+= 1
      return (state.serial, state.descriptor)
    }
    let task =
      onWorker
      ? Task.immediate(executorPreference: executor) { await self.answer(connection, descriptor, exchange) }
      : Task(executorPreference: executor) { await self.answer(connection, descriptor, exchange) }
    let hasHungUp = connection.state.withLock { state in
      // Answered already? Then the connection may be serving its next request by now.
      guard state.serial == serial, state.phase == .serving || state.phase == .answering else { return false }
      state.task = task
      guard !state.hasHungUp else { return true }
      if state.phase == .serving || state.whenWritable != nil { arm(connection, &state) }
      return false
    }
    if hasHungUp { task.cancel() }
  }

  private func answer(_ connection: Connection, _ descriptor: Int32, _ exchange: Exchange) async {
    var response: Response
    var isHead = false
    let begin = witness.map { _ in Moment.now }
    let request = exchange.head.request(body: exchange.body, receiver: exchange.receiver)
    if let request {
      isHead = request.method == .head
      response = await handler(request)
    } else {
      let beginning = String(String.UnicodeScalarView(exchange.head.method.unicodeScalars.prefix(64)))
      logger.notice("request without a method", metadata: ["method": "\(beginning)"])
      response = Response(status: .badRequest)
    }
    var sent = Sent()
    let isKept = await send(
      &response, to: Peer(connection: connection, descriptor: descriptor), exchange, isHead: isHead, &sent)
    finish(connection, keep: isKept)
    if let witness, let request, let begin {
      witness(
        Answered(
          request: request, status: response.status.code, bytes: sent.bytes, isWhole: sent.isWhole,
          begin: begin.unixTime, duration: Moment.now.monotonic - begin.monotonic))
    }
  }

  /// True when the peer has taken all of it, and the connection goes on. Takes a body of bytes out of the response: the
  /// records have it then, and it is not held twice while they wait for the peer.
  private func send(
    _ response: inout Response, to peer: Peer, _ exchange: Exchange, isHead: Bool, _ sent: inout Sent
  ) async -> Bool {
    var writer = RecordWriter(requestID: exchange.id)
    var count = 0
    switch response.body {
    case .none:
      writer.reserve(512)
      writer.stdout { ResponseHead.append(response, contentLength: nil, to: &$0) }
    case .bytes(let body):
      if !isHead { count = body.count }
      // Each record has a head of its own.
      writer.reserve(count + count / RecordFormat.maximumContent * RecordFormat.headerLength + 1024)
      writer.stdout { bytes in
        ResponseHead.append(response, contentLength: body.count, to: &bytes)
        if !isHead { bytes.append(contentsOf: body) }
      }
    case .stream(let stream):
      writer.stdout { ResponseHead.append(response, contentLength: nil, to: &$0) }
      if !isHead {
        guard await write(writer.bytes, to: peer) else { return false }
        writer = RecordWriter(requestID: exchange.id)
        guard await relay(stream, to: peer, requestID: exchange.id, &sent) else { return false }
      }
    }
    if case .bytes = response.body { response.body = .none }
    let isLast = isDraining || !exchange.keepsConnection
    writer.end(andConnection: isLast && exchange.keepsConnection)
    peer.connection.state.withLock { $0.phase = .answering }
    guard await write(writer.bytes, to: peer) else { return false }
    sent.bytes += count
    sent.isWhole = true
    return !isLast
  }

  private func relay(
    _ stream: any AsyncSequence<[UInt8], any Error> & Sendable, to peer: Peer, requestID: UInt16, _ sent: inout Sent
  ) async -> Bool {
    do {
      for try await chunk in stream where !chunk.isEmpty {
        var writer = RecordWriter(requestID: requestID)
        writer.stdout { $0.append(contentsOf: chunk) }
        guard await write(writer.bytes, to: peer) else { return false }
        sent.bytes += chunk.count
      }
      // One that ended because it was cancelled isn't whole.
      return !Task.isCancelled
    } catch {
      if !(error is CancellationError) { logger.error("stream broke off", metadata: ["error": "\(error)"]) }
      return false
    }
  }

  /// Writes without blocking; where the peer takes no more, waits until it does, holding no thread. False where it has
  /// gone, or took nothing for as long as the write limit.
  private func write(_ bytes: [UInt8], to peer: Peer) async -> Bool {
    var written = 0
    var held: UnsentAnswers.Answer?
    defer {
      if let held {
        unsent.remove(held)
        goneBytes.add(held.bytes, ordering: .relaxed)
      }
    }
    while true {
      let count = bytes.withUnsafeBytes { all in
        Glibc.send(
          peer.descriptor, all.baseAddress?.advanced(by: written), all.count - written,
          Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
      }
      if count >= 0 {
        written += count
        if written == bytes.count { return true }
      } else if errno == EAGAIN {
        if held == nil { held = hold(bytes.count, for: peer.connection) }
        guard await becomesWritable(peer) else { return false }
      } else if errno != EINTR {
        // EPIPE and ECONNRESET are no errors of ours: nginx closes early after HEAD, and when its client leaves.
        return false
      }
    }
  }

  private func hold(_ bytes: Int, for connection: Connection) -> UnsentAnswers.Answer {
    let serial = connection.state.withLock { $0.serial }
    let answer = UnsentAnswers.Answer(connection: connection, serial: serial, bytes: bytes)
    for old in unsent.append(answer) { giveUp(old) }
    return answer
  }

  private func giveUp(_ answer: UnsentAnswers.Answer) {
    let (task, waiter) = answer.connection.state.withLock { state in
      // It may have been sent meanwhile, and the connection be at its next request.
      guard state.serial == answer.serial, state.phase == .serving || state.phase == .answering, !state.hasHungUp
      else { return (nil as Task<Void, Never>?, nil as CheckedContinuation<Void, Never>?) }
      let waiter = state.hangUp()
      return (state.task, waiter)
    }
    logger.notice("request given up", metadata: ["reason": "too much is held for peers that read slowly"])
    task?.cancel()
    waiter?.resume()
  }

  private func becomesWritable(_ peer: Peer) async -> Bool {
    let isPressed = unsent.bytes > configuration.unsentLimit
    let limit = isPressed ? configuration.pressedWriteLimit : configuration.writeLimit
    await withCheckedContinuation { waiter in
      let isGone = peer.connection.state.withLock { state in
        guard !state.hasHungUp else { return true }
        state.whenWritable = waiter
        state.deadline = .now + limit
        // Before that `serve` has yet to see that the task waits, and arms then.
        if state.task != nil { arm(peer.connection, &state) }
        return false
      }
      if isGone { waiter.resume() }
    }
    return peer.connection.state.withLock { !$0.hasHungUp }
  }

  private func finish(_ connection: Connection, keep: Bool) {
    let isKept = connection.state.withLock { state in
      guard keep, !state.hasHungUp else { return false }
      rest(connection, &state)
      return true
    }
    if !isKept { release(connection) }
  }
}

/// How much of an answer has left.
private struct Sent {
  var bytes = 0
  var isWhole = false
}

/// Now, by both clocks, in nanoseconds.
private struct Moment {
  let unixTime: Int64
  let monotonic: Int64

  static var now: Moment { Moment(unixTime: read(CLOCK_REALTIME), monotonic: read(CLOCK_MONOTONIC)) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Whom a handler's task answers.
private struct Peer: Sendable {
  let connection: Connection
  let descriptor: Int32
}
