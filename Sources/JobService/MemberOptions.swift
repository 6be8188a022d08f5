import ArgumentParser
import Logging

/// The options of every process of a store, whether it answers requests or only works.
struct MemberOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  @OptionGroup
  var kind: KindOptions

  @OptionGroup
  var program: ProgramOptions

  @OptionGroup
  var callback: CallbackOptions

  @Option(help: "How long a shutdown may take.")
  var drain = DurationArgument(.seconds(30))

  @Option(help: ArgumentHelp("How long a process that hangs keeps its jobs.", visibility: .hidden))
  var lease = DurationArgument(.seconds(10))

  @Option(
    help: ArgumentHelp(
      "How long the clock must have run evenly before orders expire by it.", visibility: .hidden))
  var clockTrust = DurationArgument(.seconds(3600))

  @Option(help: ArgumentHelp("Log this level and above.", valueName: "level"))
  var logLevel = LogLevelArgument(.info)

  func validate() throws {
    if lease.duration < .seconds(1) { throw ValidationError("--lease must be at least 1s") }
  }

  var logger: Logger {
    var logger = Logger(label: "orders", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = logLevel.level
    return logger
  }

  /// Runs `body`. A failure of the start becomes lines of the log and the exit status.
  func explainingFailures(as role: MemberRole, _ body: (Logger) async throws -> Void) async throws {
    let logger = logger
    do {
      try await body(logger)
    } catch {
      guard let failure = StartFailure(error) else { throw error }
      for error in failure.errors {
        role.logFailure(to: logger, ["error": "\(error)", "mend": "\(failure.mend)"])
      }
      throw ExitCode(failure.status)
    }
  }
}
