import ArgumentParser

@main
struct OrdersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders",
    abstract: "An order service behind nginx: accepts work at once, does it in the background.",
    version: version,
    subcommands: [Serve.self, Backup.self, Check.self, Doctor.self])

  static let version = "0.1.0"
}
