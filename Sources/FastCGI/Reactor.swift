import CFastCGI
import Glibc
import Logging
import Synchronization

/// Leader/follower over one epoll set: every worker waits on all connections, and whoever gets a readable one serves it
/// on the spot. Here: life and the loop; accepting, reading, answering and sweeping have files of their own.
final class Reactor: Sendable {
  /// Tokens of what is not a connection; connections have slot and generation.
  enum Token {
    static let listener = UInt64.max
    static let resume = UInt64.max - 1
    static let tick = UInt64.max - 2
    static let stop = UInt64.max - 3
  }

  let configuration: Server.Configuration
  let logger: Logger
  let handler: Server.Handler
  let witness: Server.Witness?
  let events: EventQueue
  let executor: WorkerExecutor
  let connections = ConnectionTable()
  let receiver: Server.Receiver?
  /// Connections whose body is long or late. Long bodies are rare, and nginx sends them from its own buffer at once.
  let bodies = BodyQueue<Connection>(threads: 2)
  let received: BodyQueue<ReceivedRequest>
  /// Bytes of slow requests that are held in memory, of all connections.
  let slowBytes = Atomic(0)
  let unsent: UnsentAnswers
  /// Bytes of answers that have waited and are gone, since the allocator last gave memory back, and at the sweep before.
  let goneBytes = Atomic(0)
  let goneBeforeSweep = Atomic(0)
  let door: Mutex<Door>
  private let stopDescriptor: Int32
  private let tickDescriptor: Int32
  private let draining = Atomic(false)
  /// In a drain: whether the last connections were taken.
  private let tookLast = Atomic(false)
  private let life = Mutex(Life())

  private struct Life {
    var drainDeadline: ContinuousClock.Instant?
    var hasStopped = false
    /// Threads that have not ended.
    var threads = 0
    var whenStopped: CheckedContinuation<Void, Never>?

    var isOver: Bool { hasStopped && threads == 0 }
  }

  init(
    listener: Listener, configuration: Server.Configuration, logger: Logger, witness: Server.Witness? = nil,
    receiver: Server.Receiver? = nil, handler: @escaping Server.Handler
  ) throws(SystemError) {
    self.configuration = configuration
    self.logger = logger
    self.witness = witness
    self.receiver = receiver
    received = BodyQueue(threads: receiver == nil ? 0 : 2)
    self.handler = handler
    LibraryReader.prepare()
    unsent = UnsentAnswers(most: configuration.unsentMost)
    door = Mutex(Door(listener: listener))
    events = try EventQueue()
    executor = try WorkerExecutor()
    stopDescriptor = try check("eventfd") { eventfd(0, Int32(EFD_CLOEXEC)) }
    let tickFlags = Int32(TFD_CLOEXEC | TFD_NONBLOCK)
    tickDescriptor = try check("timerfd_create") { timerfd_create(CLOCK_MONOTONIC, tickFlags) }
  }

  deinit {
    closeDoor()
    events.close()
    close(stopDescriptor)
    close(tickDescriptor)
  }

  /// Starts the threads, calls `onReady`, and only then opens the door.
  func start(_ onReady: () -> Void) throws(SystemError) {
    try events.add(executor.wakeDescriptor, [.readable, .edge], token: Token.resume)
    try events.add(stopDescriptor, .readable, token: Token.stop)
    var tick = itimerspec()
    tick.it_interval.tv_nsec = 250_000_000
    tick.it_value = tick.it_interval
    try check("timerfd_settime") { timerfd_settime(tickDescriptor, 0, &tick, nil) }
    try events.add(tickDescriptor, [.readable, .edge], token: Token.tick)
    do {
      for number in 1...max(1, configuration.workers) { try startOwn("worker-\(number)") { $0.work() } }
      for number in 0..<bodies.threads { try startOwn("body-\(number + 1)") { $0.readBodies() } }
      for number in 0..<received.threads { try startOwn("upload-\(number + 1)") { $0.receiveBodies() } }
      onReady()
      try openDoor()
    } catch {
      stop()
      throw error
    }
  }

  private func startOwn(_ name: String, _ body: @escaping @Sendable (Reactor) -> Void) throws(SystemError) {
    life.withLock { $0.threads += 1 }
    do {
      try startThread(name) {
        body(self)
        self.threadEnded()
      }
    } catch {
      threadEnded()
      throw error
    }
  }

  private func work() {
    let worker = Worker()
    while true {
      let event: EventQueue.Event
      do {
        event = try events.next()
      } catch {
        logger.critical("worker ends", metadata: ["error": "\(error)"])
        return
      }
      switch event.token {
      case Token.resume: executor.runWaiting()
      case Token.listener: acceptOne()
      case Token.tick: tick(worker)
      case Token.stop: return
      default: take(event, worker)
      }
    }
  }

  private func tick(_ worker: borrowing Worker) {
    // A periodic timer goes on only when it was read.
    var expirations: UInt64 = 0
    guard Glibc.read(tickDescriptor, &expirations, 8) == 8 else { return }
    sweep(worker)
  }

  // MARK: - The end

  var isDraining: Bool { draining.load(ordering: .acquiring) }

  /// Takes no new connection from now on, and ends the others after their next answer. False where that was said before.
  @discardableResult
  func drain() -> Bool {
    let isFirst = life.withLock { life in
      guard life.drainDeadline == nil else { return false }
      life.drainDeadline = .now + configuration.drainLimit
      return true
    }
    guard isFirst else { return false }
    draining.store(true, ordering: .releasing)
    closeDoor(takingLast: true)
    tookLast.store(true, ordering: .releasing)
    stopIfDrained()
    return true
  }

  /// For how long the drain has been over its limit; `nil` where it isn't.
  var overtime: Duration? {
    life.withLock { life in
      guard let deadline = life.drainDeadline, deadline <= .now else { return nil }
      return deadline.duration(to: .now)
    }
  }

  func stopIfDrained() {
    // Not before: those in the backlog are yet to come.
    if tookLast.load(ordering: .acquiring), connections.count == 0 { stop() }
  }

  func stop() {
    life.withLock { $0.hasStopped = true }
    var one: UInt64 = 1
    _ = write(stopDescriptor, &one, 8)
    bodies.close()
    received.close()
    resumeWhenOver { _ in }
  }

  /// Returns when ``stop()`` was called and the last thread is at its end.
  func stopped() async {
    await withCheckedContinuation { waiter in
      resumeWhenOver { $0.whenStopped = waiter }
    }
  }

  private func threadEnded() {
    resumeWhenOver { $0.threads -= 1 }
  }

  private func resumeWhenOver(_ change: (inout Life) -> Void) {
    let (waiter, isOver) = life.withLock { life in
      change(&life)
      guard life.isOver else { return (nil as CheckedContinuation<Void, Never>?, false) }
      defer { life.whenStopped = nil }
      return (life.whenStopped, true)
    }
    guard isOver else { return }
    // What is still to run (handlers that outlasted the drain) has no worker any more.
    executor.retire()
    waiter?.resume()
  }
}

/// What a worker thread has for itself.
struct Worker: ~Copyable {
  let reader = LibraryReader()
  /// What lies in a connection is looked at here; as much as a Unix socket holds by default.
  let peeked = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

  deinit {
    peeked.deallocate()
  }
}
