import ArgumentParser
import JobsClient

/// `orders result`: what came of a job.
struct ResultOfJob: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "result",
    abstract: "Fetch the result of a job, as the service has it.",
    discussion: """
      Of a kind whose result has several files it prints a list of them; --file fetches one.
      Exit status: 0 it is there, 3 the job failed, 4 was cancelled, 5 there is no such job, 7 not finished.
      """)

  @Option(help: ArgumentHelp("Wait so long for its end first.", valueName: "duration"))
  var wait = DurationArgument(.zero)

  @Option(name: .shortAndLong, help: ArgumentHelp("Write it to this file.", valueName: "file"), completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("The file of the result with this name, where it has several.", valueName: "name"))
  var file: String?

  @OptionGroup
  var job: JobArguments

  func run() async throws {
    try await job.ask { service, id throws(ClientFailure) in
      if output == nil, service.kind == ServiceClient.collection {
        // A line of JSON.
        var bytes: [UInt8] = []
        try await service.result(id, file: file, wait: wait.duration) { (piece: [UInt8]) throws(ClientFailure) in
          bytes += piece
        }
        StandardOutput.line(StandardOutput.document(bytes))
        return .complete
      }
      var target: OutputFile?
      try await service.result(id, file: file, wait: wait.duration) { (piece: [UInt8]) throws(ClientFailure) in
        guard let output else { return StandardOutput.write(piece) }
        let file: OutputFile
        if let target { file = target } else { file = try OutputFile(output) }
        target = file
        try file.write(piece)
      }
      if let output {
        if target == nil { target = try OutputFile(output) }
        try target?.finish()
      }
      return .complete
    }
  }
}
