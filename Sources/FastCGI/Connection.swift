import Glibc
import Synchronization

/// One connection from the web server, and who owns it now. Slots are used again; a token names slot and generation, so
/// that an event of an earlier connection means nothing to a later one (descriptors are reused at once).
///
/// One owner at a time: `idle` (epoll) → `examining` (a worker) → `serving`, `answering` (the handler's task) → `idle` or
/// `closed`.
/// What epoll is to tell of changes under the lock, together with the phase, or a late re-arming would overwrite a newer.
final class Connection: Sendable {
  enum Phase {
    case closed
    /// Waits for the next request.
    case idle
    /// A worker looks at what has come, or lets libfcgi read it.
    case examining
    /// A part of a request is there; each new byte is told.
    case partial
    /// A thread made for it reads a body that is long or late.
    case readingBody
    /// The handler's task runs or waits, or sends a stream: what the peer sends now is its leave.
    case serving
    /// The last of the answer is being written: what the peer sends now is its next request.
    case answering
  }

  struct State {
    var phase = Phase.closed
    var descriptor: Int32 = -1
    var generation: UInt32 = 0
    /// Counts the requests of all connections in this slot.
    var serial: UInt64 = 0
    /// When our patience ends, for `partial`, `readingBody` and a blocked write.
    var deadline: ContinuousClock.Instant?
    /// More came while a worker looked.
    var hasNews = false
    /// Bytes of a request that is not whole, when they were last looked at, and what a sweep found of that.
    var arrived = 0
    var arrivedBeforeSweep: Int?
    /// The request is taken out of the connection as it comes: between two sweeps nothing of it came.
    var isSlow = false
    /// What has been taken, while no worker looks.
    var slowRequest: SlowRequest?
    /// Bytes of it counted in `Reactor.slowBytes`.
    var slowBytes = 0
    /// The handler's task, once it was seen to suspend.
    var task: Task<Void, Never>?
    /// The peer went away, or we gave it up: nothing more is written, and the connection ends with its task.
    var hasHungUp = false
    /// Whom to tell when the peer has taken what was written before.
    var whenWritable: CheckedContinuation<Void, Never>?

    /// Marks the end. Whoever calls it cancels the task and resumes the waiting write, after it let go of the lock.
    mutating func hangUp() -> CheckedContinuation<Void, Never>? {
      hasHungUp = true
      return takeWaiter()
    }

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { whenWritable = nil }
      deadline = nil
      return whenWritable
    }
  }

  let slot: UInt32
  let state = Mutex(State())

  init(slot: UInt32) {
    self.slot = slot
  }

  func token(_ state: borrowing State) -> UInt64 { UInt64(state.generation) << 32 | UInt64(slot) }
}

/// A server's connections by slot. Connections are made once and kept, since events may still name them.
final class ConnectionTable: Sendable {
  private struct Slots {
    var all: [Connection] = []
    var free: [Connection] = []
  }

  private let slots = Mutex(Slots())

  /// How many are open.
  var count: Int { slots.withLock { $0.all.count - $0.free.count } }

  var all: [Connection] { slots.withLock { $0.all } }

  subscript(slot: UInt32) -> Connection {
    slots.withLock { $0.all[Int(slot)] }
  }

  func take() -> Connection {
    slots.withLock { slots in
      if let connection = slots.free.popLast() { return connection }
      let connection = Connection(slot: UInt32(slots.all.count))
      slots.all.append(connection)
      return connection
    }
  }

  func giveBack(_ connection: Connection) {
    slots.withLock { $0.free.append(connection) }
  }
}
