import HTTPClient
import StrictJSON

/// What there is: kinds, and jobs of a kind page by page.
extension ServiceClient {
  /// The kinds that the service has, and its document about them.
  public func kinds() async throws(ClientFailure) -> (kinds: [ServiceKind], document: [UInt8]) {
    let answer = try await send(request("GET", "/"), accepting: [200])
    guard let kinds = ServiceKind.all(in: answer.json) else { throw .foreign(answer, at: address) }
    return (kinds, answer.body)
  }

  public func page(_ query: ListQuery) async throws(ClientFailure) -> JobPage {
    try await page(query.text, isSearch: query.words != nil)
  }

  /// The page that follows, where one does.
  public func page(after page: JobPage, of query: ListQuery) async throws(ClientFailure) -> JobPage? {
    guard let next = page.next else { return nil }
    return try await self.page(next, isSearch: query.words != nil)
  }

  private func page(_ query: String, isSearch: Bool) async throws(ClientFailure) -> JobPage {
    let answer = try await answer(to: request("GET", path + query))
    guard answer.status == 200 else {
      let failure = ClientFailure.of(answer, at: address)
      guard failure.status == .notFound else { throw failure }
      var missing = ClientFailure.noKind(kind, at: address)
      missing.document = failure.document
      throw missing
    }
    if let page = JobPage(answer.body, of: kind, isSearch: isSearch) { return page }
    if isSearch, JobPage(answer.body, of: kind) != nil { throw ClientFailure(.refused, "\(kind) can't be searched") }
    throw .foreign(answer, at: address)
  }

  /// How far each of at most 1,000 jobs is, by one request: the snapshot that begins a stream of their events. A job that
  /// is no longer there is left out.
  public func statuses(of ids: [Int64]) async throws(ClientFailure) -> [Int64: StatusDocument] {
    var left = Set(ids)
    var documents: [Int64: StatusDocument] = [:]
    guard !ids.isEmpty else { return documents }
    var parser = EventParser()
    let query = "/events?limit=\(ids.count)&ids=" + ids.map(String.init).joined(separator: ",")
    var stream = try await events(query, silence: min(timeout, Self.longestSnapshot))
    while !left.isEmpty {
      let bytes: [UInt8]?
      do throws(ClientFailure) {
        bytes = try await stream.next()
      } catch {
        // The snapshot comes at once, and a stream that goes on has no end of it: what is not in it by now is gone.
        guard !documents.isEmpty else { throw error }
        return documents
      }
      guard let bytes else { break }
      for event in parser.read(bytes) where event.type == "message" {
        guard let document = StatusDocument(Array(event.data.utf8)), left.remove(document.id) != nil else { continue }
        documents[document.id] = document
      }
      if parser.isTooLong { throw .tooMuch(from: address) }
    }
    return documents
  }

  private static let longestSnapshot = Duration.seconds(10)

  /// Throws where the service has no such kind.
  func findKind() async throws(ClientFailure) {
    var query = ListQuery()
    query.limit = 1
    _ = try await page(query)
  }
}
