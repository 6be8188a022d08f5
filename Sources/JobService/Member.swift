import Callbacks
import CoreMetrics
import Glibc
import JobFiles
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

/// One process of a store: its kinds, its runner, callbacks, retention and metrics. `orders serve` adds the requests.
struct Member {
  let role: MemberRole
  let options: MemberOptions
  /// Worked on at once.
  let jobs: Int
  let logger: Logger
  let store: SQLiteJobStore
  let kinds: [Kind]
  let runner: JobRunner
  /// Which callbacks jobs may have; `nil` for none.
  let callbackRules: CallbackRules?
  private let sender: CallbackSender?
  let files: FileFolder
  let metrics: ProcessMetrics
  private let supervision: Supervision?

  /// Opens the store, runs `body` and closes the store, also where `body` throws. The member works on `jobs` at once.
  static func with(
    _ options: MemberOptions, as role: MemberRole, jobs: Int, _ logger: Logger, _ body: (Member) async throws -> Void
  ) async throws {
    DescriptorLimit.raise()
    let supervision = supervision(logger)
    let callbacks = try options.callback.setup()
    let programs = try options.program.programs(
      beside: options.kind.builtIn.kinds, runsJobs: jobs > 0, drain: options.drain.duration, logger: logger)
    defer { programs.host?.close() }
    let metrics = try metrics(options, logger)
    let ownKinds = try options.kind.builtIn.workingKinds()
    let store = try options.store.open(lease: options.lease.duration) {
      logger.error("store", metadata: ["event": "\($0)"])
    }
    do {
      let kinds = options.kind.filled(ownKinds + programs.kinds)
      var configuration = JobRunner.Configuration()
      configuration.jobs = jobs
      configuration.programs = programs.confinement
      configuration.renewal = min(configuration.renewal, options.lease.duration / 4)
      let files = FileFolder(path: store.filesFolder, token: store.fileToken)
      let runner = try JobRunner(
        store: store, works: kinds.map(\.asWork), ender: programs.host.map(ProgramProcesses.init(host:)), files: files,
        configuration: configuration, logger: logger)
      try await body(
        Member(
          role: role, options: options, jobs: jobs, logger: logger, store: store, kinds: kinds, runner: runner,
          callbackRules: callbacks?.rules, sender: callbacks?.sender(for: store, of: kinds, logger: logger),
          files: files, metrics: metrics, supervision: supervision))
    } catch {
      await store.close()
      throw error
    }
    await store.close()
    role.logEnd(to: logger, ["pid": "\(getpid())"])
  }

  /// Runs its own services and `more` until a signal tells it to end. Those of `more` end first, the last one before the
  /// others; one of them calls ``isReady()`` and ``drain()``. `vitals` must answer the watchdog, beside runner and store.
  func run(with more: [any Service], vitals: [Vital] = []) async throws {
    try await declare()
    if sender == nil, case let waiting = try await store.unsettledCallbacks(), waiting > 0 {
      logger.warning("nobody sends callbacks without --callbacks", metadata: ["waiting": "\(waiting)"])
    }
    let engine = try await store.health().engine
    let announcement = Announcement(
      logger: logger, role: role,
      metadata: [
        "pid": "\(getpid())", "version": "\(Application.version)", "store": "\(options.store.path)",
        "engine": "\(engine)", "jobs": "\(jobs)", "kinds": "\(kinds.map(\.name.rawValue).joined(separator: ","))",
      ])
    // Handled from now on: who reads the announcement may send one at once.
    let hangUps = HangUps(signals: await UnixSignalsSequence(trapping: .sighup), logger: logger)
    let sweep = FileSweep(files, of: store, logger: logger)
    var services: [any Service] = [announcement, hangUps, sweep, runner] + more
    if jobs > 0 { services.insert(TextIndexer(files, in: store, logger: logger), at: 3) }
    if let sender { services.insert(sender, at: 1) }
    if let supervision {
      // A store that answers that it can't be written is not stuck: a restart would not help.
      supervision.watch(
        vitals + [
          Vital("the runner") { await runner.turn() }, Vital("the store") { _ = try? await store.health() },
        ])
      services.insert(supervision, at: 0)
    }
    let kept = kinds.compactMap { kind in kind.keptFor.map { (kind.name, $0) } }
    if !kept.isEmpty {
      services.append(
        Retention(
          store: store, keep: Dictionary(uniqueKeysWithValues: kept),
          rule: ExpiryRule(clockTrust: options.clockTrust.duration), logger: logger))
    }
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint, .sigquit, .sigusr1], logger: logger)
    group.maximumGracefulShutdownDuration = options.drain.duration + .seconds(5)
    try await ServiceGroup(configuration: group).run()
  }

  /// Tells the service manager that the process has started.
  func isReady() {
    supervision?.ready("\(role.present) \(options.store.path)")
  }

  /// Begins nothing new. The first call counts.
  func drain() {
    supervision?.stopping("draining")
    runner.drain()
    sender?.drain()
  }

  /// Tells siblings which kinds this process serves, and logs waiting jobs of kinds that it doesn't know.
  private func declare() async throws {
    try await store.declare(kinds.map(DeclaredKind.init), at: .now)
    let unknown = try await store.waitingCounts(except: Set(kinds.map(\.name)))
    for (kind, count) in unknown.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      logger.warning(
        "jobs wait of a kind that this process does not know",
        metadata: ["kind": "\(kind)", "waiting": "\(count)", "mend": "serve it, or orders kinds drop \(kind)"])
    }
  }

  /// Before anything that counts is made.
  private static func metrics(_ options: MemberOptions, _ logger: Logger) throws -> ProcessMetrics {
    let folder = try SQLiteJobStore.metricsFolder(ofStoreAt: options.store.path)
    let metrics = ProcessMetrics(folder: folder, catalogue: Catalogue.families, version: Application.version) {
      logger.warning("metrics", metadata: ["event": "\($0)"])
    }
    MetricsSystem.bootstrap(metrics)
    return metrics
  }

  /// `nil` where no service manager wants to be told.
  private static func supervision(_ logger: Logger) -> Supervision? {
    defer { for name in Supervision.variables { unsetenv(name) } }
    return Supervision(environment: ProcessEnvironment.values(of: Supervision.variables), pid: getpid(), logger: logger)
  }
}
