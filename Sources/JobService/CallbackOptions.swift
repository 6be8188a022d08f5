import ArgumentParser
import Callbacks
import Jobs
import JobsHTTP
import JobsSQLite
import Kinds
import Logging

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
  private let secrets: SigningSecrets
  private let addresses: AddressRules
  private let configuration: CallbackSender.Configuration

  fileprivate init(_ secrets: SigningSecrets, _ addresses: AddressRules, _ configuration: CallbackSender.Configuration)
  {
    self.secrets = secrets
    self.addresses = addresses
    self.configuration = configuration
  }

  /// What the API may take.
  var rules: CallbackRules {
    CallbackRules { [addresses] in IPAddress($0).map(addresses.allows) ?? false }
  }

  func sender(for store: SQLiteJobStore, of kinds: [Kind], logger: Logger) -> CallbackSender {
    CallbackSender(
      outbox: store, client: Application.client, secrets: secrets, rules: addresses, configuration: configuration,
      logger: logger
    ) {
      CallbackPayload.bytes(of: $0, in: kinds)
    }
  }
}

extension CallbackOptions {
  /// `nil` where there are to be none. Reads the secrets.
  func setup() throws(OptionFileError) -> CallbackSetup? {
    guard let callbacks else { return nil }
    let secrets: SigningSecrets
    do {
      secrets = try SigningSecrets(file: callbacks)
    } catch {
      throw OptionFileError(option: "--callbacks", error.description)
    }
    var configuration = CallbackSender.Configuration()
    configuration.policy.attempts = callbackAttempts
    configuration.policy.firstPause = callbackPause.duration
    configuration.userAgent = Application.userAgent
    return CallbackSetup(secrets, AddressRules(allowing: callbackAllow.compactMap(AddressRange.init)), configuration)
  }
}
