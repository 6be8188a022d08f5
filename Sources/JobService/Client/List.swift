import ArgumentParser
import JobsClient

/// `orders list`: jobs, page by page.
struct List: AsyncParsableCommand {
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case oldest, newest
  }

  static let configuration = CommandConfiguration(
    abstract: "List jobs: number, status, amount, products.",
    discussion: """
      In a terminal lines are cut to its width; else columns are divided by tabs, each product has one, and nothing is cut.
      With --json prints the service's pages, one a line.
      """)

  @Option(help: "Only jobs with this status; may be repeated.")
  var status: [StatusWord] = []

  @Option(help: ArgumentHelp("How many a page has, from 1 to 1000. (default: as the service likes)", valueName: "n"))
  var limit: Int?

  @Flag(help: "All pages, not only the first.")
  var all = false

  @Option(help: "Which come first.")
  var order = Order.oldest

  @OptionGroup
  var options: ClientOptions

  func validate() throws {
    if let limit, !(1...1000 ~= limit) { throw ValidationError("--limit is a number from 1 to 1000") }
  }

  func run() async throws {
    var query = ListQuery()
    query.statuses = status.map(\.status)
    query.limit = limit ?? (all ? 1000 : nil)
    query.isNewestFirst = order == .newest
    try await options.ask { service throws(ClientFailure) in
      var page = try await service.page(query)
      show(page)
      while all, let next = try await service.page(after: page) {
        page = next
        show(page)
      }
      if !all, page.hasMore, !options.json, StandardOutput.isTerminal {
        StandardError.complain("there are more: --all, or a higher --limit")
      }
      return .complete
    }
  }

  private func show(_ page: JobPage) {
    if options.json {
      StandardOutput.line(StandardOutput.document(page.bytes))
      return
    }
    let table = JobTable(columns: TerminalSize.current?.columns)
    for line in table.lines(of: page.entries) { StandardOutput.line(line) }
  }
}
