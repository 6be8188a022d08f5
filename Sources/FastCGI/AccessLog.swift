import CFastCGI
import Glibc
import Synchronization

/// Lines for a log of accesses, written by a thread of its own, so that whoever reads them slowly holds up no request. What
/// it doesn't take in time, or at all (a full disk), is dropped, and a line says how many were: `{"dropped":3}`.
public final class AccessLog: Sendable {
  private struct Queue {
    var bytes: [UInt8] = []
    var dropped = 0
    var isClosed = false

    var isEmpty: Bool { bytes.isEmpty && dropped == 0 && !isClosed }
  }

  private let descriptor: Int32
  /// Bytes that may wait.
  private let limit: Int
  private let queue = Mutex(Queue())
  /// Counters of the kernel's: the thread waits for the first, and raises the second at its end.
  private let news: Int32
  private let end: Int32

  /// Writes to `descriptor`, which stays open.
  public init(to descriptor: Int32, limit: Int = 4 << 20) throws(SystemError) {
    self.descriptor = descriptor
    self.limit = limit
    news = try check("eventfd") { eventfd(0, Int32(EFD_CLOEXEC)) }
    end = try check("eventfd") { eventfd(0, Int32(EFD_CLOEXEC)) }
    try startThread("access-log") { [self] in
      var (output, lost) = (LineOutput(descriptor), 0)
      while writeOut(to: &output, &lost) {}
      raise(end)
    }
  }

  deinit {
    Glibc.close(news)
    Glibc.close(end)
  }

  /// Takes a line, without its end. Any thread; blocks nobody.
  public func write(_ line: [UInt8]) {
    let isFirst = queue.withLock { queue in
      let isFirst = queue.isEmpty
      if queue.isClosed || queue.bytes.count + line.count >= limit {
        queue.dropped += 1
      } else {
        queue.bytes += line
        queue.bytes.append(UInt8(ascii: "\n"))
      }
      return isFirst
    }
    if isFirst { raise(news) }
  }

  /// Returns when what waits is written, or after a second: perhaps nobody reads any more. To be called once.
  public func close() {
    queue.withLock { $0.isClosed = true }
    raise(news)
    var ended = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
    poll(&ended, 1, 1000)
  }

  /// On the thread: waits for something, and writes it; false at the end. `lost` is what is still to be told.
  private func writeOut(to output: inout LineOutput, _ lost: inout Int) -> Bool {
    var count: UInt64 = 0
    guard read(news, &count, 8) == 8 || errno == EINTR else { return false }
    let taken = queue.withLock { queue in
      defer { queue = Queue(isClosed: queue.isClosed) }
      return queue
    }
    lost += taken.dropped + output.write(taken.bytes)
    // Where nobody reads any more there is nobody to tell.
    if lost > 0, output.write(Array("{\"dropped\":\(lost)}\n".utf8)) == 0 { lost = 0 }
    return !taken.isClosed
  }

  private func raise(_ counter: Int32) {
    var one: UInt64 = 1
    // Can't fail but for a counter at 2^64.
    _ = Glibc.write(counter, &one, 8)
  }
}
