import ArgumentParser
import Foundation
import Jobs
import JobsClient
import JobsSQLite

/// `orders log`: what the program of a job wrote to standard error.
struct LogOfJob: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Print what the program of a job logged.",
    discussion: """
      The log is the end of what the program wrote to standard error. Some kinds have none, and some show it to the operator \
      alone: who runs the service reads it with --store.
      Exit status: 0 it is there, 5 there is no such job, or it has no log.
      """)

  @Option(help: ArgumentHelp("Read it from the store, as the user of the service.", valueName: "sqlite:PATH"))
  var store: StoreLocation?

  @OptionGroup
  var options: ClientOptions

  @Argument(
    help: ArgumentHelp("The job, with the path of its kind: sheets/3.", valueName: "job"), completion: .jobs)
  var argument: JobOfKind

  func run() async throws {
    if let store { return try await read(from: store) }
    try await options.ask { service throws(ClientFailure) in
      StandardOutput.text(try await service.log(of: job))
      return .complete
    }
  }

  private var job: JobReference { argument.job }

  private func read(from location: StoreLocation) async throws {
    try await location.withMember { store in
      let kind = try await store.declaredKinds().first { $0.path == job.collection }?.name
      let id = JobID(rawValue: job.id)
      guard let found = try await store.read(id, withInput: false), found.kind == kind else {
        StandardError.complain("The store has no job \(job.collection)/\(job.id).")
        throw ExitCode(ClientExit.notFound.rawValue)
      }
      guard let bytes = try await store.log(of: id) else {
        StandardError.complain("The job \(job.collection)/\(job.id) has no log.")
        throw ExitCode(ClientExit.notFound.rawValue)
      }
      StandardOutput.text(bytes)
    }
  }
}
