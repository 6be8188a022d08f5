import ArgumentParser
import JobsClient

/// `orders result`: what came of a job.
struct ResultOfJob: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "result",
    abstract: "Print the result of a job, as the service has it.",
    discussion: """
      Exit status: 0 it is there, 3 the job failed, 4 was cancelled, 5 there is no such job, 7 not finished.
      """)

  @Option(help: ArgumentHelp("Wait so long for its end first.", valueName: "duration"))
  var wait = DurationArgument(.zero)

  @OptionGroup
  var job: JobArguments

  func run() async throws {
    try await job.ask { service, id throws(ClientFailure) in
      StandardOutput.line(StandardOutput.document(try await service.result(id, wait: wait.duration)))
      return .complete
    }
  }
}
