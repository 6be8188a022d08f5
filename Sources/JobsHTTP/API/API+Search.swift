import FastCGI
import Jobs
import Kinds
import StrictJSON

extension API {
  /// `GET /scans?q=words`: the jobs whose texts have all of the words, best first.
  func search(_ call: Call, _ query: SearchQuery) async throws -> Response {
    guard call.kind.search != nil else {
      throw Problem.badParameter("q", "The texts of this collection can't be searched.")
    }
    let tag = try await tagOfLists(call)
    if isKnown(tag, call.fields.ifNoneMatch) { return .notModified(tag) }
    let page = try await store.search(
      TextSearch(
        kind: call.kind.name, owner: call.owner, terms: query.terms, after: query.after, limit: query.limit,
        inputBytes: Self.mostBytes))
    var writer = JSONWriter(capacity: 32 + page.matches.count * 384)
    writer.raw("{")
    writer.string(call.kind.path)
    writer.raw(":[")
    for (index, match) in page.matches.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.representation(of: match.job, found: match)
    }
    return finish(writer, next: page.isFollowed ? page.last.map(query.next) : nil, tag, call)
  }
}
