import ArgumentParser
import JobsClient

/// What the commands about one job have in common.
struct JobArguments: ParsableArguments {
  @OptionGroup
  var client: ClientOptions

  @Argument(
    help: ArgumentHelp("The number of a job, or of another kind its path too: sheets/3.", valueName: "job"),
    completion: .jobs)
  var argument: JobArgument

  /// Runs a command with the job's number and the service of its kind.
  func ask(
    _ body: (_ service: ServiceClient, _ id: Int64) async throws(ClientFailure) -> ClientExit
  ) async throws {
    let job = argument.job
    try await client.ask { service throws(ClientFailure) in
      var service = service
      service.kind = job.collection
      return try await body(service, job.id)
    }
  }
}

/// The number of a job.
struct JobNumber: ExpressibleByArgument {
  let id: Int64

  init?(argument: String) {
    guard argument.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let id = Int64(argument), id > 0
    else { return nil }
    self.id = id
  }
}

/// The word for a status.
struct StatusWord: ExpressibleByArgument {
  static let allValueStrings = StatusDocument.Status.allCases.map(\.rawValue)
  static let defaultCompletionKind = CompletionKind.list(allValueStrings)

  let status: StatusDocument.Status

  init?(argument: String) {
    guard let status = StatusDocument.Status(rawValue: argument) else { return nil }
    self.status = status
  }
}

/// A job with the path of its kind.
struct JobOfKind: ExpressibleByArgument {
  let job: JobReference

  init?(argument: String) {
    guard let job = JobReference(argument) else { return nil }
    self.job = job
  }
}
