import FastCGI
import Glibc
import JobPrograms
import Jobs

/// Why a process doesn't start, what to do about it, and its exit status (sysexits.h).
struct StartFailure {
  /// At least one; each is a line.
  let errors: [String]
  let mend: String
  let status: Int32

  /// `nil` for what is no failure of a start: wrong use, which has words of its own.
  init?(_ error: any Error) {
    switch error {
    case let error as StoreError: self.init(error)
    case let error as SystemError: self.init(error)
    case let error as OptionFileError: self.init(error)
    case let error as CompositionError: self.init(error)
    case let error as KindFileMistakes: self.init(error)
    case let error as ProgramHostError: self.init(error)
    default: return nil
    }
  }

  private init(_ error: OptionFileError) {
    errors = [error.description]
    mend = "see orders serve --help"
    status = EX_CONFIG
  }

  private init(_ error: CompositionError) {
    errors = [error.description]
    mend = "see orders serve --help; a kind of your own is corrected where it is declared"
    status = EX_CONFIG
  }

  private init(_ error: KindFileMistakes) {
    errors = error.errors.map(\.description)
    mend = "correct the file; orders kinds check finds such mistakes before a start"
    status = EX_CONFIG
  }

  private init(_ error: ProgramHostError) {
    errors = ["\(error)"]
    mend = "allow what programs need; a responder with --jobs 0 needs nothing of it, and orders work does the work"
    status = EX_CONFIG
  }

  private init(_ error: StoreError) {
    errors = [error.description]
    switch error.code {
    case .unusable:
      mend = "name another file with --store; orders doctor --store says more of this one"
      status = EX_CONFIG
    case .unavailable where error.isOfLostFiles:
      mend = """
        put the file back if it was moved; else end all responders and start them again, which loses nothing where it is \
        no more than a side file; for the database or its log, orders check first, and orders restore only if it finds \
        faults. What was removed is still in /proc/PID/fd until the last process ends
        """
      status = EX_TEMPFAIL
    case .unavailable, .closed, .refused:
      mend = "make its folder, or room on its disk, or let this user write there; then start again"
      status = EX_TEMPFAIL
    }
  }

  private init(_ error: SystemError) {
    errors = [error.description]
    status = error.errno == EADDRINUSE ? EX_TEMPFAIL : EX_OSERR
    mend =
      switch error.errno {
      case EADDRINUSE:
        "end what has that path, or choose another --socket; several responders are given one by spawn-fcgi or systemd"
      case ENAMETOOLONG: "choose a --socket of at most 107 bytes"
      case ENOENT, EACCES, EPERM, ENOTDIR: "make the folder of --socket, and let this user write there"
      case EMFILE, ENFILE: "allow more descriptors (ulimit -n, LimitNOFILE=)"
      default: "see what the system says"
      }
  }
}
