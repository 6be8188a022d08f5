import ArgumentParser

struct ServiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders",
    abstract: "Run long jobs behind nginx: accept a job at once, and work on it in the background.",
    version: Application.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Jobs of a service",
        subcommands: [
          Submit.self, List.self, SearchJobs.self, Status.self, WatchJobs.self, Cancel.self, ResultOfJob.self,
          LogOfJob.self, RemoveJob.self,
        ]),
      CommandGroup(
        name: "The service itself",
        subcommands: [
          Serve.self, WorkCommand.self, Backup.self, Restore.self, Check.self, Expire.self, KindsCommand.self,
          DropCallbacks.self, Doctor.self,
        ]),
    ])

  static func main() async {
    if let number = unreadableArgument {
      exit(withError: ValidationError("argument \(number) is not UTF-8"))
    }
    await main(nil)
  }

  /// The number of the first argument that would arrive as another one than was given: other products, or another
  /// file.
  private static var unreadableArgument: Int? {
    (1..<max(1, Int(CommandLine.argc))).first { number in
      CommandLine.unsafeArgv[number].map { String(validatingCString: $0) == nil } ?? false
    }
  }
}
