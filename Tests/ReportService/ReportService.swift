import FastCGI
import Glibc
import Jobs
import JobsSQLite
import Logging
import Orders
import SecondKind
import ServiceLifecycle
import UnixSignals

/// The product with more kinds of work than orders, as somebody who takes it would put it together. Runs under
/// `deploy/up` like `orders serve`; of its options it knows `--store` and `--pace`, and listens on descriptor 0.
/// `--without KIND` leaves that workload out, as one may be forgotten.
@main
struct ReportService {
  static func main() async throws {
    let logger = Logger(label: "reports", factory: { StreamLogHandler.standardError(label: $0) })
    do {
      try await serve(logger)
    } catch let error as CompositionError {
      logger.critical("cannot serve", metadata: ["error": "\(error)"])
      exit(EX_CONFIG)
    }
  }

  private static func serve(_ logger: Logger) async throws {
    guard let store = option("--store"), let listener = try Listener.inherited(environment: [:]) else {
      fatalError("usage: ReportService serve --store sqlite:PATH, with a listening socket as standard input")
    }
    let workloads: [any Workload] = [
      OrderWork(), WordCount(), Report(), Computing(), Fatal(), Program(), Odd(),
    ]
    let jobs = try SQLiteJobStore.open(path: String(store.dropFirst("sqlite:".count)))
    let waits = JobWaits(store: jobs, logger: logger)
    let runner = try JobRunner(
      store: jobs, workloads: workloads.filter { $0.kind.rawValue != option("--without") }, logger: logger)
    let api = try API(
      store: jobs,
      collections: [
        .orders, WordCount.collection, Report.collection, Computing.collection, Fatal.collection, Program.collection,
        Odd.collection,
      ], kinds: runner.kinds, waits: waits
    ) { error, request in
      logger.error("request failed", metadata: ["target": "\(request.target)", "error": "\(error)"])
    }
    let server = try Server(
      listener: listener, logger: logger,
      onDrain: {
        waits.drain()
        runner.drain()
      }, handler: { await api.respond(to: $0) })
    try await ServiceGroup(
      services: [waits, runner, server], gracefulShutdownSignals: [.sigterm, .sigint, .sigquit], logger: logger
    ).run()
    await jobs.close()
  }

  private static func option(_ name: String) -> String? {
    zip(CommandLine.arguments, CommandLine.arguments.dropFirst()).first { $0.0 == name }?.1
  }
}
