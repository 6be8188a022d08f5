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
    let matches = try await store.search(
      TextSearch(
        kind: call.kind.name, owner: call.owner, terms: query.terms, after: query.after, limit: query.limit + 1))
    var writer = JSONWriter(capacity: 32 + matches.count * 384)
    writer.raw("{")
    writer.string(call.kind.path)
    writer.raw(":[")
    // One that has grown to so many bytes is at its end, as any page.
    var shown = 0
    for match in matches.prefix(query.limit) where writer.bytes.count < Self.mostBytes {
      if shown > 0 { writer.raw(",") }
      writer.representation(of: match.job, found: match)
      shown += 1
    }
    return finish(writer, next: shown < matches.count ? query.next(after: matches[shown - 1].place) : nil, tag, call)
  }
}
