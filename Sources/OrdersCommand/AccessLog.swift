import FastCGI
import Foundation
import Glibc
import Orders
import Synchronization

/// One line of JSON for each answered request, on standard output: standard error is for events, which people read.
///
/// A thread of its own writes them, so that whoever reads slowly holds up no request. What it doesn't take in time is
/// dropped, and a line says how much.
final class AccessLog: Sendable {
  private struct Queue {
    var bytes: [UInt8] = []
    var dropped = 0
    var isClosed = false
  }

  /// Bytes that may wait.
  private let limit: Int
  private let descriptor: Int32
  private let queue = Mutex(Queue())
  private let news = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)

  init(to descriptor: Int32 = STDOUT_FILENO, limit: Int = 4 << 20) {
    self.descriptor = descriptor
    self.limit = limit
    let thread = Thread { [self] in
      while writeOut() {}
      done.signal()
    }
    thread.name = "access-log"
    thread.start()
  }

  /// `line` without its end. Any thread; blocks nobody.
  func write(_ line: [UInt8]) {
    let isFirst = queue.withLock { queue in
      let isFirst = queue.bytes.isEmpty && queue.dropped == 0
      if queue.isClosed || queue.bytes.count + line.count >= limit {
        queue.dropped += 1
      } else {
        queue.bytes += line
        queue.bytes.append(UInt8(ascii: "\n"))
      }
      return isFirst
    }
    if isFirst { news.signal() }
  }

  /// Returns when what waits is written, or after a second: nobody may read any more.
  func close() {
    queue.withLock { $0.isClosed = true }
    news.signal()
    _ = done.wait(timeout: .now() + 1)
  }

  /// On the thread: writes what waits, when there is something; false at the end.
  private func writeOut() -> Bool {
    news.wait()
    let (taken, isClosed) = queue.withLock { queue in
      defer { (queue.bytes, queue.dropped) = ([], 0) }
      return ((bytes: queue.bytes, dropped: queue.dropped), queue.isClosed)
    }
    var bytes = taken.bytes
    if taken.dropped > 0 { bytes += Array("{\"dropped\":\(taken.dropped)}\n".utf8) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if count >= 0 { written += count } else if errno != EINTR { break }
    }
    return !isClosed
  }
}
