import ArgumentParser
import FastCGI
import Glibc
import Jobs
import JobsHTTP
import JobsSQLite
import Kinds
import Logging
import ServiceLifecycle
import Supervision

/// `orders serve`: one responder, a ``Member`` of the store with the API and its server.
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

  @OptionGroup
  var member: MemberOptions

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
      "Pages of this origin may use the API from a browser (CORS); may be given several times, * is any.",
      valueName: "origin"))
  var corsOrigin: [String] = []

  @Option(
    help: ArgumentHelp(
      "Bytes of all files that jobs may have, half of them of one user: 100GiB.",
      valueName: "bytes"))
  var filesLimit = ByteCountArgument(10 << 30)

  @Option(
    help: ArgumentHelp(
      "Where clients see the service, where that is not the root of a host: /api, as in nginx's location.",
      valueName: "path"))
  var basePath: String?

  @Flag(help: "Write a line of JSON for each answered request to standard output.")
  var accessLog = false

  func validate() throws {
    if let workers, workers < 1 { throw ValidationError("--workers must be at least 1") }
    if jobs < 0 { throw ValidationError("--jobs must not be negative") }
    if streams < 0 { throw ValidationError("--streams must not be negative") }
    if waits < 0 { throw ValidationError("--waits must not be negative") }
    if FrontProxies(frontProxy) == nil { throw ValidationError("--front-proxy is an IPv4 or IPv6 address") }
    if let basePath, BasePath(basePath) == nil {
      throw ValidationError(
        "--base-path is like /api or /outer/api: letters, digits and -._~; no part is page or begins with a dot")
    }
    if CrossOrigin(origins: corsOrigin) == nil {
      throw ValidationError("--cors-origin is like https://shop.example, without a path, or *")
    }
  }

  func run() async throws {
    try await member.explainingFailures(as: .serve) { logger in
      let secrets = try secretFile.map { WebServerSecrets(try SecretFile.read($0)) }
      let listener = try listener()
      try await Member.with(member, as: .serve, jobs: jobs, logger) { member in
        try await serve(listener, member, secrets)
      }
    }
  }

  private func serve(_ listener: Listener, _ member: Member, _ secrets: WebServerSecrets?) async throws {
    let (store, kinds, logger) = (member.store, member.kinds, member.logger)
    let jobWaits = JobWaits(store: store, logger: logger)
    let meter = LoadMeter(store: store, logger: logger)
    let scrape = Scrape(metrics: member.metrics, store: store, kinds: member.runner.kinds, logger: logger)

    let api = try API(
      store: store, kinds: kinds, files: member.files, waits: jobWaits,
      configuration: API.Configuration(
        streamLimit: streams, waitLimit: waits, frontProxies: FrontProxies(frontProxy) ?? FrontProxies(),
        crossOrigin: corsOrigin.isEmpty ? nil : CrossOrigin(origins: corsOrigin), callbacks: member.callbackRules,
        secrets: secrets, filesLimit: Int64(filesLimit.bytes),
        basePath: basePath.flatMap { BasePath($0) } ?? .root, version: Application.version),
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

    var serverConfiguration = Server.Configuration()
    serverConfiguration.workers = workers ?? max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    serverConfiguration.bodyLimit = kinds.compactMap(\.limits.body).max() ?? member.options.kind.bodyLimit
    serverConfiguration.keptFields = api.keptFields
    // As long as nginx waits for its client (send_timeout): it keeps little of a long answer itself.
    serverConfiguration.writeLimit = .seconds(60)
    serverConfiguration.drainLimit = member.options.drain.duration
    let server = try Server(
      listener: listener, configuration: serverConfiguration, logger: logger,
      onReady: { member.isReady() },
      onDrain: {
        member.drain()
        jobWaits.drain()
      },
      onAnswer: witness, receiver: api.receiver,
      handler: { await api.respond(to: $0) })

    try await member.run(
      with: [jobWaits, meter, server], vitals: [Vital("the request threads") { await server.turn() }])
  }

  private func listener() throws -> Listener {
    let handedDown = ProcessEnvironment.values(of: ["LISTEN_PID", "LISTEN_FDS", "FCGI_WEB_SERVER_ADDRS"])
    if let inherited = try Listener.inherited(environment: handedDown) { return inherited }
    guard let socket else {
      throw ValidationError("nothing to listen on: no socket was handed down, and --socket is not given")
    }
    return try Listener.bind(path: socket, group: socketGroup.map(GroupName.number(of:)))
  }
}
