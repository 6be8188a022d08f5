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
  var job: JobArguments

  func run() async throws {
    try await job.ask { service, id throws(ClientFailure) in
      let document = try await service.status(id, wait: wait.duration)
      job.client.show(document)
      return document.exit
    }
  }
}
