import ArgumentParser
import FastCGI
import Jobs
import Kinds

/// What holds for kinds that say nothing themselves.
struct KindOptions: ParsableArguments {
  @OptionGroup
  var builtIn: BuiltInOptions

  @Option(
    help: ArgumentHelp(
      "How often a job is tried that ends by an error, a timeout or the death of its process.", valueName: "n"))
  var attempts = 3

  @Option(help: "How long one attempt of a job may take. (default: as long as it wants)")
  var jobTimeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "The longest result that is kept; a longer one fails its job as result-too-large.", valueName: "bytes"))
  var resultLimit = 64 << 20

  @Option(help: ArgumentHelp("The longest body accepted.", valueName: "bytes"))
  var bodyLimit = Server.Configuration().bodyLimit

  @Option(help: ArgumentHelp("Jobs of a kind that may wait; the next one is answered 503.", valueName: "n"))
  var queueLimit = 100_000

  @Option(
    help: ArgumentHelp(
      "Bytes of a kind's jobs that may wait: 64MiB, 1GiB. One client may have half of this and of --queue-limit.",
      valueName: "bytes"))
  var queueBytes = ByteCountArgument(1 << 30)

  @Option(
    help: """
      How long a job is kept after its end: 12h, 30d; see orders expire too. (default: for ever, jobs of kinds with files \
      30d)
      """)
  var keepFinal: DurationArgument?

  /// How long jobs with files are kept, where nothing is said: they are what fills a disk.
  private static let keptFiles = Duration.seconds(30 * 86_400)

  /// SQLite's limit of a row is a billion bytes, with all that is in it beside the value.
  private static let longestValue = 900_000_000

  func validate() throws {
    if attempts < 1 { throw ValidationError("--attempts must be at least 1") }
    if let jobTimeout, jobTimeout.duration <= .zero { throw ValidationError("--job-timeout must be longer than 0s") }
    if let keepFinal, keepFinal.duration <= .zero { throw ValidationError("--keep-final must be longer than 0s") }
    if queueLimit < 1 { throw ValidationError("--queue-limit must be at least 1") }
    if queueBytes.bytes < 1 { throw ValidationError("--queue-bytes must be at least 1") }
    if bodyLimit < 1 { throw ValidationError("--body-limit must be at least 1") }
    if bodyLimit > Self.longestValue { throw ValidationError("--body-limit must be at most \(Self.longestValue)") }
    if resultLimit < 1 || resultLimit > Self.longestValue {
      throw ValidationError("--result-limit must be from 1 to \(Self.longestValue)")
    }
  }

  /// `kinds` with what holds where they say nothing.
  func filled(_ kinds: [Kind]) -> [Kind] {
    let limits = KindLimits(
      body: bodyLimit, result: resultLimit, time: jobTimeout?.duration, waiting: queueLimit,
      waitingBytes: queueBytes.bytes)
    let keep = keepFinal.map { Keep.time($0.duration) }
    return kinds.map { kind in
      kind.filled(from: limits, attempts: attempts, keep: keep ?? (kind.hasFiles ? .time(Self.keptFiles) : .forEver))
    }
  }
}
