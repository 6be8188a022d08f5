import ArgumentParser
import JobsClient

/// `orders list`: jobs of a kind, page by page.
struct List: AsyncParsableCommand {
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case oldest, newest
  }

  static let configuration = CommandConfiguration(
    abstract: "List jobs of a kind.",
    discussion: """
      Prints number, status, progress, the time of creation, and the properties of the input that are a text, a number, or \
      true or false; of the default kind it prints number, status, amount and products.
      In a terminal lines are cut to its width; else columns are divided by tabs, each product and property has one, and \
      nothing is cut. With --json prints the service's pages, one a line.
      """)

  @Option(help: "Only jobs with this status; may be repeated.")
  var status: [StatusWord] = []

  @OptionGroup
  var page: PageOptions

  @Option(help: "Which come first.")
  var order = Order.oldest

  @OptionGroup
  var options: ClientOptions

  @Argument(help: "The path of the kind: sheets.", completion: .kinds)
  var kind = KindPath.usual

  func run() async throws {
    var query = page.query
    query.statuses = status.map(\.status)
    query.isNewestFirst = order == .newest
    try await options.ask { service throws(ClientFailure) in
      try await page.show(query, of: kind.path, service, options)
    }
  }
}
