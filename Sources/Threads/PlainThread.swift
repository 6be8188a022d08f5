import CProcess
import Glibc

/// Threads of the program's own, apart from Swift's pool.
package enum PlainThread {
  /// Starts a thread, which ends when `body` returns. Operators see its name (`top -H`): at most 15 bytes of it.
  ///
  /// Its stack has room for `stack` bytes, or for as many as the process's limit says (`ulimit -s`). It has the signal mask of
  /// the calling thread. With `blocksSignals` it blocks all signals: other threads get the process's signals, and a write to a
  /// closed connection raises no SIGPIPE.
  package static func start(
    _ name: String, stack: Int? = nil, blocksSignals: Bool = false, _ body: @escaping @Sendable () -> Void
  ) throws(ThreadNotStarted) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stack { pthread_attr_setstacksize(&attributes, stack) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var mask = sigset_t()
    if blocksSignals {
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_SETMASK, &all, &mask)
    }
    defer { if blocksSignals { pthread_sigmask(SIG_SETMASK, &mask, nil) } }
    let box = Unmanaged.passRetained(
      ThreadBody {
        pthread_setname_np(pthread_self(), String(name.prefix(15)))
        body()
      })
    var thread = pthread_t()
    let result = pthread_create(
      &thread, &attributes,
      { box in
        guard let box else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      box.release()
      throw ThreadNotStarted(name: name, number: result)
    }
  }
}

/// No thread could be started: no memory is left, or the limit of tasks of the control group or user is reached.
package struct ThreadNotStarted: Error, CustomStringConvertible {
  package let name: String
  /// An errno: EAGAIN, as a rule.
  package let number: Int32

  package init(name: String, number: Int32) {
    self.name = name
    self.number = number
  }

  package var description: String { "the thread \(name) can't be started: \(String(cString: strerror(number)))" }
}

private final class ThreadBody {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
