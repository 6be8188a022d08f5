import ArgumentParser
import JobsClient

/// `orders status`: how far a job is.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how far a job is.",
    discussion: "Exit status: 0 complete, 3 failed, 4 cancelled, 5 there is no such job, 7 not finished.")

  @Option(help: ArgumentHelp("Wait so long for its end first.", valueName: "duration"))
  var wait = DurationArgument(.zero)

  @OptionGroup
  var options: ClientOptions

  @Argument(help: "The number of the job.")
  var id: JobNumber

  func run() async throws {
    try await options.ask { service throws(ClientFailure) in
      let document = try await service.status(id.id, wait: wait.duration)
      options.show(document)
      return document.exit
    }
  }
}
