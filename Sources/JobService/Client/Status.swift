import ArgumentParser
import JobsClient

/// `orders status`: how far an order is.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how far an order is.",
    discussion: "Exit status: 0 complete, 3 failed, 4 cancelled, 5 there is no such order, 7 not finished.")

  @Option(help: ArgumentHelp("Wait so long for its end first.", valueName: "duration"))
  var wait = DurationArgument(.zero)

  @OptionGroup
  var options: ClientOptions

  @Argument(help: "The number of the order.")
  var id: OrderNumber

  func run() async throws {
    try await options.ask { service throws(ClientFailure) in
      let document = try await service.status(id.id, wait: wait.duration)
      options.show(document)
      return document.exit
    }
  }
}
