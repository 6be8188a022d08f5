import CFastCGI
import Glibc
import Logging
import Synchronization

/// The listener, and whether epoll tells of it.
struct Door {
  let listener: Listener
  var isRegistered = false
  var isClosed = false
}

extension Reactor {
  func openDoor() throws(SystemError) {
    try door.withLock { (door) throws(SystemError) in try register(&door) }
  }

  /// `takingLast`: what waits in the backlog is accepted first. The kernel told one process of each connection, and where
  /// that was this one, no sibling would hear of it before the next connection comes.
  func closeDoor(takingLast: Bool = false) {
    door.withLock { door in
      guard !door.isClosed else { return }
      door.isClosed = true
      // Closing is not enough: epoll goes on telling of a socket that siblings hold open too.
      unregister(&door)
      if takingLast {
        for _ in 0..<Self.mostLast {
          guard let descriptor = accept(&door) else { break }
          begin(descriptor, door.listener)
        }
      }
      door.listener.close()
    }
  }

  /// Siblings go on accepting: that there is no end to it is their load, not ours.
  private static let mostLast = 64

  /// Registers the listener anew: after ``acceptOne()`` ran out of descriptors or memory, and for a connection whose
  /// wake-up a sibling had that died before it accepted it. A listener that is registered is looked at.
  func reopenDoor() {
    door.withLock { door in
      guard !door.isClosed else { return }
      if door.isRegistered { unregister(&door) }
      try? register(&door)
    }
  }

  /// Accepts one connection, then registers the listener anew, at the end of the kernel's list of those to wake: the next
  /// one goes to a sibling process. (With EPOLLEXCLUSIVE alone one of four processes got all of 128 connections.)
  func acceptOne() {
    door.withLock { door in
      guard door.isRegistered, !door.isClosed, let descriptor = accept(&door) else { return }
      begin(descriptor, door.listener)
      unregister(&door)
      do {
        try register(&door)
      } catch {
        logger.error("listener", metadata: ["error": "\(error)"])
      }
    }
  }

  /// `nil` where there is none, or no room for one.
  private func accept(_ door: inout Door) -> Int32? {
    let descriptor = accept4(door.listener.descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
    guard descriptor < 0 else { return descriptor }
    switch errno {
    case EAGAIN, EINTR, ECONNABORTED: break
    default:
      // Out of descriptors or memory: the listener would be told for ever. The next tick tries again.
      logger.error("accept", metadata: ["error": "\(SystemError("accept4"))"])
      unregister(&door)
    }
    return nil
  }

  private func register(_ door: inout Door) throws(SystemError) {
    try events.add(door.listener.descriptor, [.readable, .exclusive], token: Token.listener)
    door.isRegistered = true
  }

  private func unregister(_ door: inout Door) {
    try? events.remove(door.listener.descriptor)
    door.isRegistered = false
  }

  private func begin(_ descriptor: Int32, _ listener: Listener) {
    guard listener.allowedPeers.admit(descriptor) else {
      close(descriptor)
      return
    }
    // libfcgi takes EAGAIN and EINTR for fatal: its reads block, but not for ever.
    var read = timeval(tv_sec: 5, tv_usec: 0)
    var write = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &read, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &write, socklen_t(MemoryLayout<timeval>.size))
    let connection = connections.take()
    let isWatched = connection.state.withLock { state in
      state.phase = .idle
      state.descriptor = descriptor
      do {
        try events.add(descriptor, [.readable, .hungUp, .once], token: connection.token(state))
        return true
      } catch {
        logger.error("connection", metadata: ["error": "\(error)"])
        return false
      }
    }
    if !isWatched { release(connection) }
  }
}
