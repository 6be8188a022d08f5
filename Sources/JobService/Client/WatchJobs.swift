import ArgumentParser
import JobsClient

/// `orders watch`: jobs, until they have ended.
struct WatchJobs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch jobs until each has ended.",
    discussion: """
      Shows bars in a terminal, else prints a line for each change. Once the service has answered, it may be away for a \
      while: the watch says so on standard error, and goes on when it is back.
      Exit status: 0 all are complete, else the gravest: 3 one failed, 4 was cancelled, 5 there is no such job.
      """)

  @OptionGroup
  var options: ClientOptions

  @Argument(help: "The numbers of the jobs.")
  var ids: [JobNumber]

  func validate() throws {
    if ids.count > 1000 { throw ValidationError("at most 1000 jobs can be watched at once") }
  }

  func run() async throws {
    try await options.ask { service throws(ClientFailure) in
      try await options.watch(ids.map(\.id), of: service)
    }
  }
}
