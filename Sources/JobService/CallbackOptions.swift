import ArgumentParser
import Callbacks
import Jobs
import JobsHTTP
import JobsSQLite
import Kinds
import Logging
import ServiceLifecycle

/// The options of completion callbacks.
struct CallbackOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take callbacks with jobs, and sign them with the secrets in this file: whsec_<base64>, one a line.",
      valueName: "file"))
  var callbacks: String?

  @Option(
    help: ArgumentHelp(
      "Also call addresses of this range, though they are not public: 10.0.0.0/8, ::1. May be repeated.",
      valueName: "cidr"))
  var callbackAllow: [String] = []

  @Option(help: ArgumentHelp("How often a callback is tried; 40 times take about a day.", valueName: "n"))
  var callbackAttempts = 40

  @Option(help: "The longest pause after the first failure of a callback; it doubles each time, up to an hour.")
  var callbackPause = DurationArgument(.seconds(5))

  func validate() throws {
    if callbackAttempts < 1 { throw ValidationError("--callback-attempts must be at least 1") }
    for text in callbackAllow where AddressRange(text) == nil {
      throw ValidationError("--callback-allow wants a range like 10.0.0.0/8 or 2001:db8::/32, not \(text)")
    }
  }
}

/// Callbacks as the options want them.
struct CallbackSetup: Sendable {
  /// The secrets can't be used.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What the API may take.
  let rules: CallbackRules
  fileprivate let makeSender: @Sendable (SQLiteJobStore, [Kind], Logger) -> any Service & Drainable

  func sender(for store: SQLiteJobStore, of kinds: [Kind], logger: Logger) -> any Service & Drainable {
    makeSender(store, kinds, logger)
  }
}

/// What begins nothing new once it is told to.
protocol Drainable: Sendable {
  func drain()
}

extension CallbackSender: Drainable {}

extension CallbackOptions {
  /// `nil` where there are to be none. Reads the secrets.
  func setup() throws(CallbackSetup.Failure) -> CallbackSetup? {
    guard let callbacks else { return nil }
    let secrets: SigningSecrets
    do {
      secrets = try SigningSecrets(file: callbacks)
    } catch {
      throw CallbackSetup.Failure(description: "--callbacks: \(error)")
    }
    let rules = AddressRules(allowing: callbackAllow.compactMap(AddressRange.init))
    var configuration = CallbackSender.Configuration()
    configuration.policy.attempts = callbackAttempts
    configuration.policy.firstPause = callbackPause.duration
    configuration.userAgent = "orders/\(Application.version)"
    return CallbackSetup(
      rules: CallbackRules { IPAddress($0).map(rules.allows) ?? false },
      makeSender: { [configuration] store, kinds, logger in
        CallbackSender(outbox: store, secrets: secrets, rules: rules, configuration: configuration, logger: logger) {
          CallbackPayload.bytes(of: $0, in: kinds)
        }
      })
  }
}
