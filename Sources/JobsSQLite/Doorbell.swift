internal import Glibc
internal import Jobs
internal import Synchronization
internal import Threads

/// Tells all members of a store that something was committed: a write of a few bytes to a side file that each watches.
///
/// The bell is rung after the commit, never by watching SQLite's own files, which change before a commit can be seen.
/// A ring is only a hint. Where the kernel has no watch to give (a user may have 128 of them), the bell is looked at many
/// times a second instead. The thread that listens also ticks, for the store's watchdog.
final class Doorbell: Sendable {
  private struct Listeners {
    var next = 0
    var streams: [Int: (continuation: AsyncStream<Void>.Continuation, isForWork: Bool)] = [:]
    var isClosed = false
  }

  private let bell: Int32
  /// -1 where the kernel gave none.
  private let watch: Int32
  private let stop: (read: Int32, write: Int32)
  private let listeners = Mutex(Listeners())
  /// What this member last rang with, and last heard of others.
  private let ownRing = Atomic<Int64>(0)
  private let heardRing = Atomic<Int64>(0)

  /// `watches: false` is for tests of the life without a watch. Throws where there is no file and `creating` is false.
  init(
    path: String, creating: Bool = true, watches: Bool = true, log: @Sendable (String) -> Void
  ) throws(SystemFailure) {
    bell = uninterrupted { open(path, O_RDWR | (creating ? O_CREAT : 0) | O_CLOEXEC, 0o600) }
    guard bell >= 0 else { throw SystemFailure("open \(path)") }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      let failure = SystemFailure("pipe")
      close(bell)
      throw failure
    }
    let watch = watches ? inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) : -1
    if watch >= 0, inotify_add_watch(watch, path, UInt32(IN_MODIFY)) >= 0 {
      self.watch = watch
    } else {
      log("changes are looked for instead of waited for: \(SystemFailure("inotify"))")
      if watch >= 0 { close(watch) }
      self.watch = -1
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    stop = (ends[0], ends[1])
  }

  deinit {
    for descriptor in [bell, watch, stop.read, stop.write] where descriptor >= 0 { close(descriptor) }
  }

  var identity: FileIdentity? { FileIdentity(descriptor: bell) }

  /// Listens on a thread of its own until ``silence()``; `tick` is called there every `interval` or oftener.
  func listen(
    every interval: Duration, safetyRing: Duration, tick: @escaping @Sendable () -> Void
  ) throws(ThreadNotStarted) {
    try PlainThread.start("store-bell") { [self] in
      var last = MonotonicTime.now
      heardRing.store(lastRing, ordering: .releasing)
      let pause = watch >= 0 ? interval : min(interval, .milliseconds(20))
      while true {
        var rang = wait(milliseconds: Int32(clamping: max(1, pause.milliseconds)))
        if rang || watch < 0 {
          let newest = lastRing
          // A ring that this member's own has overwritten is not seen here: ``ring()`` reports it.
          let last = heardRing.exchange(newest, ordering: .acquiringAndReleasing)
          rang = (watch >= 0 || newest != last) && newest != ownRing.load(ordering: .acquiring)
        }
        if listeners.withLock({ $0.isClosed }) { return }
        let now = MonotonicTime.now
        if rang || last.advanced(by: safetyRing) <= now {
          last = now
          fanOut()
        }
        tick()
      }
    }
  }

  /// In one's turn, after the commit. Does not block. A failure costs the hint only: the safety ring comes. This member's own
  /// listeners hear it by ``hearOwnRing(withWork:)``, without the way through the kernel. True where the ring takes the place of
  /// another member's that was not heard yet.
  func ring() -> Bool {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    // Other bytes each time, for those who look; always in the same place, so that the file doesn't grow.
    var mark = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    let last = lastRing
    let isHeard = last == ownRing.load(ordering: .acquiring) || last == heardRing.load(ordering: .acquiring)
    ownRing.store(mark, ordering: .releasing)
    _ = uninterrupted { pwrite(bell, &mark, MemoryLayout.size(ofValue: mark), 0) }
    return !isHeard
  }

  /// Follows each ``ring()``, soon. `withWork`: also those whose streams are for work.
  func hearOwnRing(withWork: Bool) {
    fanOut(withWork: withWork)
  }

  /// Ends when the store closes.
  func rings(forWork isForWork: Bool = false) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let number = listeners.withLock { listeners -> Int? in
        guard !listeners.isClosed else { return nil }
        listeners.next += 1
        listeners.streams[listeners.next] = (continuation, isForWork)
        return listeners.next
      }
      guard let number else { return continuation.finish() }
      continuation.onTermination = { [weak self] _ in
        self?.listeners.withLock { _ = $0.streams.removeValue(forKey: number) }
      }
    }
  }

  /// Ends all streams and the thread. May be called again.
  func silence() {
    let streams = listeners.withLock { listeners in
      listeners.isClosed = true
      defer { listeners.streams = [:] }
      return Array(listeners.streams.values)
    }
    for stream in streams { stream.continuation.finish() }
    var byte: UInt8 = 1
    _ = uninterrupted { write(stop.write, &byte, 1) }
  }

  private var lastRing: Int64 {
    var mark: Int64 = 0
    _ = uninterrupted { pread(bell, &mark, MemoryLayout.size(ofValue: mark), 0) }
    return mark
  }

  private func fanOut(withWork: Bool = true) {
    for stream in listeners.withLock({ Array($0.streams.values) }) where withWork || !stream.isForWork {
      stream.continuation.yield()
    }
  }

  /// Whether the bell rang within that time. Several rings give one: all events that are there are read away.
  private func wait(milliseconds: Int32) -> Bool {
    var events = [
      pollfd(fd: watch, events: Int16(POLLIN), revents: 0), pollfd(fd: stop.read, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&events, 2, milliseconds) > 0, events[0].revents != 0 else { return false }
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      while read(watch, buffer.baseAddress, buffer.count) == buffer.count {}
    }
    return true
  }
}
