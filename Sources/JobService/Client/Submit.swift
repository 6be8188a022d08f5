import ArgumentParser
import Foundation
import JobsClient

/// `orders submit`: a new job.
struct Submit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Submit a job, and print its number.",
    discussion: """
      Where an answer is lost it asks again, under a key that makes one job of all attempts.
      Exit status: 0 accepted, 8 the service does not take this job, 69 it is away, 75 it is busy. With --wait or --watch \
      as status: 0 complete, 3 failed, 4 cancelled, 7 not finished in time.
      """)

  @Option(help: ArgumentHelp("What it costs: sent as it is written, 19.90 stays 19.90.", valueName: "number"))
  var amount: String

  @Option(
    help: ArgumentHelp(
      "The Idempotency-Key: the same key and input again is the same job. (default: a new one)", valueName: "text"))
  var key: String?

  @Option(help: ArgumentHelp("Then wait so long for its end, and print its status.", valueName: "duration"))
  var wait: DurationArgument?

  @Flag(help: "Then watch it to its end.")
  var watch = false

  @OptionGroup
  var options: ClientOptions

  @Argument(help: "The products.")
  var products: [String]

  func validate() throws {
    if JobInput(products: products, amount: amount) == nil {
      throw ValidationError("--amount is a number like 250 or 19.90, not \(PrintableText.text(amount))")
    }
    if let key, !ServiceClient.isKey(key) { throw ValidationError("--key has 1 to 255 visible ASCII characters") }
    if watch, wait != nil { throw ValidationError("--watch waits to the end: leave --wait out") }
  }

  func run() async throws {
    guard let input = JobInput(products: products, amount: amount) else { throw ExitCode(EX_USAGE) }
    try await options.ask { service throws(ClientFailure) in
      let submission = try await service.submit(input, key: key ?? UUID().uuidString)
      StandardOutput.line(options.json ? StandardOutput.document(submission.bytes) : "\(submission.id)")
      if submission.isReplayed, key != nil {
        StandardError.complain("this job was submitted under this key before")
      }
      if watch { return try await options.watch([submission.id], of: service) }
      guard let wait else { return .complete }
      let document = try await service.status(submission.id, wait: wait.duration)
      options.show(document)
      return document.exit
    }
  }
}
