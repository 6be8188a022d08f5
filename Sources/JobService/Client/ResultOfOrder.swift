import ArgumentParser
import JobsClient

/// `orders result`: what came of an order.
struct ResultOfOrder: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "result",
    abstract: "Print the result of an order, as the service has it.",
    discussion: """
      Exit status: 0 it is there, 3 the order failed, 4 was cancelled, 5 there is no such order, 7 not finished.
      """)

  @Option(help: ArgumentHelp("Wait so long for its end first.", valueName: "duration"))
  var wait = DurationArgument(.zero)

  @OptionGroup
  var options: ClientOptions

  @Argument(help: "The number of the order.")
  var id: OrderNumber

  func run() async throws {
    try await options.ask { service throws(ClientFailure) in
      StandardOutput.line(StandardOutput.document(try await service.result(id.id, wait: wait.duration)))
      return .complete
    }
  }
}
