import ArgumentParser
import JobsClient

/// How much of a list is shown.
struct PageOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many a page has, from 1 to 1000. (default: as the service likes)", valueName: "n"))
  var limit: Int?

  @Flag(help: "All pages, not only the first.")
  var all = false

  func validate() throws {
    if let limit, !(1...1000 ~= limit) { throw ValidationError("--limit is a number from 1 to 1000") }
  }

  var query: ListQuery {
    var query = ListQuery()
    query.limit = limit ?? (all ? 1000 : nil)
    return query
  }

  /// The first page, or all of them.
  func show(
    _ query: ListQuery, of kind: String, _ service: ServiceClient, _ options: ClientOptions
  ) async throws(ClientFailure) -> ClientExit {
    var service = service
    service.kind = kind
    var page = try await service.page(query)
    try await show(page, of: service, options)
    while all, let next = try await service.page(after: page, of: query) {
      page = next
      try await show(page, of: service, options)
    }
    if !all, page.hasMore, !options.json, StandardOutput.isTerminal {
      StandardError.complain("there are more: --all, or a higher --limit")
    }
    return .complete
  }

  private func show(
    _ page: JobPage, of service: ServiceClient, _ options: ClientOptions
  ) async throws(ClientFailure) {
    if options.json {
      StandardOutput.line(StandardOutput.document(page.bytes))
      return
    }
    // The list has come: where the service has no stream to spare, it is shown without what that tells.
    let statuses = (try? await service.statuses(of: page.entries.filter(\.isShownWithProgress).map(\.id))) ?? [:]
    let table = JobTable(columns: TerminalSize.current?.columns)
    for line in table.lines(of: page.entries, statuses) { StandardOutput.line(line) }
  }
}
