import ArgumentParser
import JobsClient

/// `orders watch`: jobs, until they have ended, or all jobs of a kind.
struct WatchJobs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch jobs until each has ended, or all jobs of a kind.",
    discussion: """
      Shows bars in a terminal, else prints a line for each change. Once the service has answered, it may be away for a \
      while: the watch says so on standard error, and goes on when it is back.
      With the path of a kind it begins with the jobs that have not ended, shows new ones too, and goes on until it is \
      interrupted.
      Exit status: 0 all are complete, else the gravest: 3 one failed, 4 was cancelled, 5 there is no such job.
      """)

  @OptionGroup
  var options: ClientOptions

  @Argument(
    help: ArgumentHelp(
      "The numbers of jobs, of another kind with its path: sheets/3; or the path of a kind alone.", valueName: "job"),
    completion: .kindsAndJobs)
  var targets: [WatchTarget]

  func validate() throws {
    if targets.count > 1000 { throw ValidationError("at most 1000 jobs can be watched at once") }
    if targets.count > 1, targets.contains(where: { $0.id == nil }) {
      throw ValidationError("the path of a kind stands alone: all its jobs are watched")
    }
    if Set(targets.map(\.kind)).count > 1 { throw ValidationError("jobs of one kind can be watched at once") }
  }

  func run() async throws {
    try await options.ask { service throws(ClientFailure) in
      var service = service
      if let kind = targets.first?.kind { service.kind = kind }
      let ids = targets.compactMap(\.id)
      return try await options.watch(ids.isEmpty ? Watch(allOf: service) : Watch(ids, of: service))
    }
  }
}

/// A job, or all jobs of a kind.
struct WatchTarget: ExpressibleByArgument {
  let kind: String
  /// `nil`: all.
  let id: Int64?

  init?(argument: String) {
    if let job = JobArgument(argument: argument)?.job {
      (kind, id) = (job.collection, job.id)
    } else if let path = KindPath(argument: argument)?.path {
      (kind, id) = (path, nil)
    } else {
      return nil
    }
  }
}
