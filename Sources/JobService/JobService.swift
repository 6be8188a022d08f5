import Glibc
@_exported public import Jobs
@_exported public import Kinds
@_exported public import Orders
@_exported public import Reports
@_exported public import StrictJSON
import Synchronization

/// A service of one's own: the whole command line of `orders`, for other kinds of work.
///
///     import JobService
///
///     @main struct Service {
///       static func main() async { await JobService.main(kinds: [.orders, .wordCount], version: "1.0.0") }
///     }
public enum JobService {
  /// Runs the command that the arguments name, and ends the process with its status. Call it once.
  ///
  /// `kinds` are all that the service works on. With `--no-builtin-kinds` it leaves out those that this package brings
  /// (``Kind/orders`` and ``Kind/reports``). `version` is what the service calls itself in `--version`, `GET /` and metrics.
  public static func main(kinds: [Kind], version: String) async {
    // Until the service handles it. Swift's runtime would print a backtrace, and the process would go on.
    signal(SIGQUIT, SIG_DFL)
    Application.current.withLock { $0 = Application(kinds: kinds, version: version) }
    await ServiceCommand.main()
  }
}
