import Glibc

/// What programs that work starts inherit of this process's signals: no blocked signal and no ignored one, so that
/// `terminate()` ends them and a closed pipe does too.
///
/// posix_spawn(3) hands on the mask of the thread that calls it, and exec(2) hands on the dispositions that are "ignore".
/// A handler doesn't outlive exec.
enum ChildSignals {
  /// Unblocks all signals in the calling thread. What the process itself has handlers for may then be delivered here;
  /// libdispatch's handlers pass it on to the thread that waits for it.
  static func unblockAll() {
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
  }

  /// Gives each signal that is ignored a handler that does nothing: the same for this process, and the default for what
  /// it starts. SIGCHLD gets its default, because ignoring it discards the exit status of every child. The stop signals of a
  /// terminal stay ignored: with a handler a background process would try to read the terminal again and again.
  static func stopIgnoring() {
    for signal in 1..<Int32(65) where ![SIGTSTP, SIGTTIN, SIGTTOU].contains(signal) {
      var action = sigaction()
      guard sigaction(signal, nil, &action) == 0, isIgnored(action) else { continue }
      action = sigaction()
      if signal != SIGCHLD { action.__sigaction_handler.sa_handler = { _ in } }
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SIG_IGN is the address 1, which Swift doesn't compare with a function.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
