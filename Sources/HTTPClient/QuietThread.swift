import CCurl
import Glibc

/// A thread that blocks every signal: those of the process go to other threads, and a SIGPIPE of a write to a closed
/// connection is not delivered.
enum QuietThread {
  /// Starts a thread that runs `body` and is named `name` for operators (at most 15 bytes are shown).
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(TransferError) {
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let box = Unmanaged.passRetained(
      Body {
        pthread_setname_np(pthread_self(), name)
        body()
      })
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { box in
        guard let box else { return nil }
        Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      box.release()
      throw TransferError(.other, "no thread: \(String(cString: strerror(result)))")
    }
    pthread_detach(thread)
  }

  private final class Body {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }
}
