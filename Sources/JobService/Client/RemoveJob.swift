import ArgumentParser
import JobsClient

/// `orders remove`: a job that has ended, and its files, are gone.
struct RemoveJob: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a job that has ended, with its files, for good.",
    discussion: """
      Only jobs of kinds that take files can be removed. With --json prints {"id":3,"removed":true}: the service itself \
      answers without a document.
      Exit status: 0 it is removed, 5 there is no such job, or there is none any more, 7 not finished, 8 its kind takes no \
      files.
      """)

  @OptionGroup
  var job: JobArguments

  func run() async throws {
    try await job.ask { service, id throws(ClientFailure) in
      try await service.remove(id)
      StandardOutput.line(job.client.json ? #"{"id":\#(id),"removed":true}"# : "\(id) removed")
      return .complete
    }
  }
}
