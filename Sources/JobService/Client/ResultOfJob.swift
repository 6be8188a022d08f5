import ArgumentParser
import Foundation
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
      let result = try await service.result(id, file: file, wait: wait.duration)
      if let output {
        try save(result, as: output)
      } else if service.kind == ServiceClient.collection {
        StandardOutput.line(StandardOutput.document(result))
      } else {
        StandardOutput.write(result)
      }
      return .complete
    }
  }

  private func save(_ bytes: [UInt8], as path: String) throws(ClientFailure) {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      throw ClientFailure(.other, "can't write \(path): \(error.localizedDescription)")
    }
  }
}
