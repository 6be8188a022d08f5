import ArgumentParser
import JobsClient

/// `orders cancel`: the end of a job that has not ended.
struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cancel a job, for good.",
    discussion: """
      With --json prints {"id":3,"status":"cancelled"}: the service itself answers without a document.
      Exit status: 0 it is cancelled, also if it was before, 5 there is no such job, 6 it had ended otherwise.
      """)

  @OptionGroup
  var job: JobArguments

  func run() async throws {
    try await job.ask { service, id throws(ClientFailure) in
      try await service.cancel(id)
      StandardOutput.line(job.client.json ? #"{"id":\#(id),"status":"cancelled"}"# : "\(id) cancelled")
      return .complete
    }
  }
}
