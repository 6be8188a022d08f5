import ArgumentParser
import Callbacks
import CoreMetrics
import FastCGI
import Glibc
import JobPrograms
import Jobs
import JobsHTTP
import JobsSQLite
import Kinds
import Logging
import ProcessMetrics
import ServiceLifecycle
import Supervision
import UnixSignals

/// `orders serve`: one responder. The composition root: the only place that knows store, runner, API and server.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one FastCGI responder.",
    discussion: """
      Listens on descriptor 0 if that is a listening socket (spawn-fcgi, multiwatch, systemd's StandardInput=socket), else \
      on systemd's LISTEN_FDS, else on --socket. Any number of responders may share one socket and one store.
      SIGTERM, SIGINT, SIGQUIT and SIGUSR1 end it: it takes nothing new, answers what it has, gives its jobs back. SIGHUP \
      changes nothing: options are read at the start.
      Exit status: 0 it was told to end, 64 wrong use, 71 the system refused something, 75 what it needs is taken or can't \
      be reached now, 78 the store, the secrets or the kind files are not to be used.
      """)

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  @Option(help: "The Unix socket to listen on, where none is handed down.")
  var socket: String?

  @Option(help: "The group that may connect to --socket: a name or a number.")
  var socketGroup: String?

  @Option(
    help: ArgumentHelp(
      "Answer only a web server that passes a secret of this file, one or two lines, as ORDERS_SECRET.",
      valueName: "file"))
  var secretFile: String?

  @Option(help: ArgumentHelp("Request threads. (default: the machine's cores, at least 2)", valueName: "n"))
  var workers: Int?

  @Option(help: ArgumentHelp("Jobs worked on at once; 0 makes a process that only answers.", valueName: "n"))
  var jobs = 8

  @OptionGroup
  var kind: KindOptions

  @OptionGroup
  var program: ProgramOptions

  @Option(
    help: ArgumentHelp(
      "Event streams open at once, of which one client has at most half; the next one is answered 503 or 429.",
      valueName: "n"))
  var streams = 1000

  @Option(
    help: ArgumentHelp(
      "Requests held at once (Prefer: wait), of which one client has at most half; the next one is answered 503 or 429.",
      valueName: "n"))
  var waits = 20_000

  @Option(
    help: ArgumentHelp(
      "A proxy in front of nginx, may be given several times: no limit for one client without a user applies to it.",
      valueName: "address"))
  var frontProxy: [String] = []

  @Option(
    help: ArgumentHelp(
      "How long the clock must have run evenly before orders expire by it.", visibility: .hidden))
  var clockTrust = DurationArgument(.seconds(3600))

  @Option(
    help: ArgumentHelp(
      "Pages of this origin may use the API from a browser (CORS); may be given several times, * is any.",
      valueName: "origin"))
  var corsOrigin: [String] = []

  @OptionGroup
  var callback: CallbackOptions

  @Option(help: "How long a shutdown may take.")
  var drain = DurationArgument(.seconds(30))

  @Option(
    help: ArgumentHelp("How long a process that hangs keeps its jobs.", visibility: .hidden))
  var lease = DurationArgument(.seconds(10))

  @Flag(help: "Write a line of JSON for each answered request to standard output.")
  var accessLog = false

  @Option(help: ArgumentHelp("Log this level and above.", valueName: "level"))
  var logLevel = LogLevelArgument(.info)

  func validate() throws {
    if let workers, workers < 1 { throw ValidationError("--workers must be at least 1") }
    if jobs < 0 { throw ValidationError("--jobs must not be negative") }
    if lease.duration < .seconds(1) { throw ValidationError("--lease must be at least 1s") }
    if streams < 0 { throw ValidationError("--streams must not be negative") }
    if waits < 0 { throw ValidationError("--waits must not be negative") }
    if FrontProxies(frontProxy) == nil { throw ValidationError("--front-proxy is an IPv4 or IPv6 address") }
    if CrossOrigin(origins: corsOrigin) == nil {
      throw ValidationError("--cors-origin is like https://shop.example, without a path, or *")
    }
  }

  func run() async throws {
    var logger = Logger(label: "orders", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = logLevel.level
    do {
      try await serve(logger)
    } catch {
      guard let failure = StartFailure(error) else { throw error }
      for error in failure.errors {
        logger.critical("cannot serve", metadata: ["error": "\(error)", "mend": "\(failure.mend)"])
      }
      throw ExitCode(failure.status)
    }
  }

  private func serve(_ logger: Logger) async throws {
    DescriptorLimit.raise()
    let supervision = supervision(logger)
    let callbacks = try callback.setup()
    let secrets = try secretFile.map { WebServerSecrets(try SecretFile.read($0)) }
    let programs = try program.programs(
      beside: kind.builtIn.kinds, runsJobs: jobs > 0, drain: drain.duration, logger: logger)
    defer { programs.host?.close() }
    let listener = try listener()
    let metrics = try metrics(logger)
    let store = try store.open(lease: lease.duration) { logger.error("store", metadata: ["event": "\($0)"]) }
    do {
      try await serve(programs, listener, store, callbacks, secrets, metrics, supervision, logger)
    } catch {
      await store.close()
      throw error
    }
    await store.close()
    logger.notice("served", metadata: ["pid": "\(getpid())"])
  }

  private func serve(
    _ programs: Programs, _ listener: Listener, _ store: SQLiteJobStore, _ callbacks: CallbackSetup?,
    _ secrets: WebServerSecrets?, _ metrics: ProcessMetrics, _ supervision: Supervision?, _ logger: Logger
  ) async throws {
    let kinds = kind.filled(kind.builtIn.kinds + programs.kinds)
    var runnerConfiguration = JobRunner.Configuration()
    runnerConfiguration.jobs = jobs
    runnerConfiguration.renewal = min(runnerConfiguration.renewal, lease.duration / 4)
    let runner = try JobRunner(
      store: store, works: kinds.map(\.asWork), ender: programs.host.map(ProgramProcesses.init(host:)),
      configuration: runnerConfiguration, logger: logger)
    let jobWaits = JobWaits(store: store, logger: logger)
    let meter = LoadMeter(store: store, logger: logger)
    let scrape = Scrape(metrics: metrics, store: store, kinds: runner.kinds, logger: logger)

    let api = try API(
      store: store, kinds: kinds, waits: jobWaits,
      configuration: API.Configuration(
        streamLimit: streams, waitLimit: waits, frontProxies: FrontProxies(frontProxy) ?? FrontProxies(),
        crossOrigin: corsOrigin.isEmpty ? nil : CrossOrigin(origins: corsOrigin), callbacks: callbacks?.rules,
        secrets: secrets, version: Application.version),
      load: { meter.load }, exposition: { try scrape.text() },
      onFailure: { error, request in
        var metadata: Logger.Metadata = [
          "request": "\((request.parameters["REQUEST_ID"] ?? "-").quoted)",
          "target": "\("\(request.method)".quoted) \(request.target.quoted)",
          "error": "\(error)",
        ]
        if let trace = TraceParent(of: request) { metadata["traceparent"] = "\(trace.text)" }
        logger.error("request failed", metadata: metadata)
      })
    let accesses = accessLog ? try AccessLog(to: STDOUT_FILENO) : nil
    defer { accesses?.close() }
    let witness = accesses.map { log -> Server.Witness in
      { log.write(AccessLine.bytes(of: $0, route: api.route(of: $0.request))) }
    }

    try await declare(kinds, in: store, logger)
    let sender = callbacks?.sender(for: store, of: kinds, logger: logger)
    if sender == nil, case let waiting = try await store.unsettledCallbacks(), waiting > 0 {
      logger.warning("nobody sends callbacks without --callbacks", metadata: ["waiting": "\(waiting)"])
    }

    var serverConfiguration = Server.Configuration()
    serverConfiguration.workers = workers ?? max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    serverConfiguration.bodyLimit = kinds.compactMap(\.limits.body).max() ?? kind.bodyLimit
    serverConfiguration.keptFields = API.headerFields
    // As long as nginx waits for its client (send_timeout): it keeps little of a long answer itself.
    serverConfiguration.writeLimit = .seconds(60)
    serverConfiguration.drainLimit = drain.duration
    let server = try Server(
      listener: listener, configuration: serverConfiguration, logger: logger,
      onReady: { supervision?.ready("serving \(self.store.path)") },
      onDrain: {
        supervision?.stopping("draining")
        jobWaits.drain()
        runner.drain()
        sender?.drain()
      },
      onAnswer: witness, handler: { await api.respond(to: $0) })

    let engine = try await store.health().engine
    let announcement = Announcement(
      logger: logger,
      metadata: [
        "pid": "\(getpid())", "version": "\(Application.version)", "store": "\(self.store.path)",
        "engine": "\(engine)", "jobs": "\(jobs)", "kinds": "\(kinds.map(\.name.rawValue).joined(separator: ","))",
      ])
    // Heard from now on: whoever reads that it serves may send one at once.
    let hangUps = HangUps(signals: await UnixSignalsSequence(trapping: .sighup), logger: logger)
    var services: [any Service] = [announcement, hangUps, jobWaits, meter, runner, server]
    if let sender { services.insert(sender, at: 1) }
    if let supervision {
      // A store that answers that it can't be written is not stuck: a restart would not help.
      supervision.watch([
        Vital("the request threads") { await server.turn() }, Vital("the runner") { await runner.turn() },
        Vital("the store") { _ = try? await store.health() },
      ])
      services.insert(supervision, at: 0)
    }
    let kept = kinds.compactMap { kind in kind.keptFor.map { (kind.name, $0) } }
    if !kept.isEmpty {
      services.append(
        Retention(
          store: store, keep: Dictionary(uniqueKeysWithValues: kept),
          rule: ExpiryRule(clockTrust: clockTrust.duration), logger: logger))
    }
    var group = ServiceGroupConfiguration(
      services: services,
      gracefulShutdownSignals: [.sigterm, .sigint, .sigquit, .sigusr1], logger: logger)
    group.maximumGracefulShutdownDuration = drain.duration + .seconds(5)
    try await ServiceGroup(configuration: group).run()
  }

  /// Tells siblings which kinds this process serves, and operators of jobs that nobody may work on.
  private func declare(_ kinds: [Kind], in store: SQLiteJobStore, _ logger: Logger) async throws {
    try await store.declare(kinds.map(DeclaredKind.init), at: .now)
    let unknown = try await store.waitingCounts(except: Set(kinds.map(\.name)))
    for (kind, count) in unknown.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      logger.warning(
        "jobs wait of a kind that this process does not know",
        metadata: ["kind": "\(kind)", "waiting": "\(count)", "mend": "serve it, or orders kinds drop \(kind)"])
    }
  }

  /// Before anything that counts is made.
  private func metrics(_ logger: Logger) throws -> ProcessMetrics {
    let folder = try SQLiteJobStore.metricsFolder(ofStoreAt: store.path)
    let metrics = ProcessMetrics(folder: folder, catalogue: Catalogue.families, version: Application.version) {
      logger.warning("metrics", metadata: ["event": "\($0)"])
    }
    MetricsSystem.bootstrap(metrics)
    return metrics
  }

  /// Whoever started us and wants to hear of us, as systemd does.
  private func supervision(_ logger: Logger) -> Supervision? {
    defer { for name in Supervision.variables { unsetenv(name) } }
    return Supervision(environment: environment(Supervision.variables), pid: getpid(), logger: logger)
  }

  private func environment(_ names: [String]) -> [String: String] {
    Dictionary(
      names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }, uniquingKeysWith: { $1 })
  }

  private func listener() throws -> Listener {
    let handedDown = environment(["LISTEN_PID", "LISTEN_FDS", "FCGI_WEB_SERVER_ADDRS"])
    if let inherited = try Listener.inherited(environment: handedDown) { return inherited }
    guard let socket else {
      throw ValidationError("nothing to listen on: no socket was handed down, and --socket is not given")
    }
    return try Listener.bind(path: socket, group: socketGroup.map(GroupName.number(of:)))
  }
}

/// Says that the responder serves, when signals are heard: whoever reads it may tell the process to stop.
private struct Announcement: Service {
  let logger: Logger
  let metadata: Logger.Metadata

  func run() async throws {
    logger.notice("serving", metadata: metadata)
    try await gracefulShutdown()
  }
}

/// A daemon's SIGHUP asks to read the configuration again, and here is none: it is told so, and nobody is ended by a
/// terminal that closes.
private struct HangUps: Service {
  let signals: UnixSignalsSequence
  let logger: Logger

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() {
      logger.notice("nothing to reload: options are read at the start; a rolling restart takes over new ones")
    }
  }
}
