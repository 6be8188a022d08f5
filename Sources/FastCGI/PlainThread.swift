import CFastCGI
import Glibc

/// Threads of our own, apart from Swift's pool; each ends by itself.
enum PlainThread {
  /// Starts a thread that runs `body` and is named `name` for operators (at most 15 bytes are shown).
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 1 << 20)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let box = Unmanaged.passRetained(
      ThreadBody {
        pthread_setname_np(pthread_self(), String(name.prefix(15)))
        body()
      })
    let result = pthread_create(
      &thread, &attributes,
      { box in
        guard let box else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      box.release()
      throw SystemError("pthread_create", errno: result)
    }
  }
}

private final class ThreadBody {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
