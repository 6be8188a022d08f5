import ArgumentParser

@main
struct OrdersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders",
    abstract: "An order service behind nginx: accepts work at once, does it in the background.",
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Orders of a service",
        subcommands: [
          Submit.self, List.self, Status.self, WatchOrders.self, Cancel.self, ResultOfOrder.self,
        ]),
      CommandGroup(name: "The service itself", subcommands: [Serve.self, Backup.self, Check.self, Doctor.self]),
    ])

  static let version = "0.1.0"
}
