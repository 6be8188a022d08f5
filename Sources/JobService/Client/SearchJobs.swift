import ArgumentParser
import JobsClient

/// `orders search`: jobs whose result has some words.
struct SearchJobs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search the results of a kind for words.",
    discussion: """
      Prints number, page and the text around the words, the best match first; in a terminal cut to its width, else divided \
      by tabs. Words in double quotes are a phrase: orders search scans '"rent per month"'. Only some kinds can be searched.
      With --json prints the service's pages, one a line.
      Exit status: 0 done, also where nothing is found, 5 there is no such kind, 8 it can't be searched.
      """)

  @OptionGroup
  var page: PageOptions

  @OptionGroup
  var options: ClientOptions

  @Argument(help: "The path of the kind: scans.", completion: .kinds)
  var kind: KindPath

  @Argument(help: ArgumentHelp("What to search for.", valueName: "word"))
  var words: [String]

  func run() async throws {
    var query = page.query
    query.words = words.joined(separator: " ")
    try await options.ask { service throws(ClientFailure) in
      try await page.show(query, of: kind.path, service, options)
    }
  }
}
