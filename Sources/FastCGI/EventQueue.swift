import CFastCGI
import Glibc

/// One epoll set, waited on by all workers of a server (epoll(7)).
struct EventQueue: Sendable {
  /// What an event tells; the raw values are epoll's.
  struct Interest: OptionSet, Sendable {
    let rawValue: UInt32

    static let readable = Interest(rawValue: 0x1)
    static let writable = Interest(rawValue: 0x4)
    /// Always told, asked for or not.
    static let failed = Interest(rawValue: 0x8)
    static let closed = Interest(rawValue: 0x10)
    /// The peer sends no more: it hung up.
    static let hungUp = Interest(rawValue: 0x2000)
    /// Of all sets that wait on a shared listener, wake not all.
    static let exclusive = Interest(rawValue: 1 << 28)
    /// Tell once, then not before the next ``EventQueue/modify(_:_:token:)``.
    static let once = Interest(rawValue: 1 << 30)
    /// Tell of each arrival, not of what lies there.
    static let edge = Interest(rawValue: 1 << 31)

    static let gone: Interest = [.failed, .closed, .hungUp]
  }

  struct Event {
    let interest: Interest
    let token: UInt64
  }

  let descriptor: Int32

  init() throws(SystemError) {
    descriptor = try check("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
  }

  func close() {
    Glibc.close(descriptor)
  }

  func add(_ descriptor: Int32, _ interest: Interest, token: UInt64) throws(SystemError) {
    try control(EPOLL_CTL_ADD, descriptor, interest, token)
  }

  func modify(_ descriptor: Int32, _ interest: Interest, token: UInt64) throws(SystemError) {
    try control(EPOLL_CTL_MOD, descriptor, interest, token)
  }

  func remove(_ descriptor: Int32) throws(SystemError) {
    try control(EPOLL_CTL_DEL, descriptor, [], 0)
  }

  /// Blocks the thread until something happens. One event at a time, so that the others go to other workers.
  func next() throws(SystemError) -> Event {
    var event = epoll_event()
    try check("epoll_wait") { epoll_wait(descriptor, &event, 1, -1) }
    return Event(interest: Interest(rawValue: event.events), token: event.data.u64)
  }

  private func control(
    _ operation: Int32, _ descriptor: Int32, _ interest: Interest, _ token: UInt64
  ) throws(SystemError) {
    var event = epoll_event()
    event.events = interest.rawValue
    event.data.u64 = token
    try check("epoll_ctl") { epoll_ctl(self.descriptor, operation, descriptor, &event) }
  }
}
