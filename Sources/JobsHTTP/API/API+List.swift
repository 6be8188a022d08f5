import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON

extension API {
  /// `GET /reports`: one page, and the address of the next where there is one. A HEAD reads the page too, for its length
  /// and that address: 24 ms of CPU for the longest page there is. Nothing of it waits for the client.
  func list(_ call: Call) async throws -> Response {
    let page = try PageQuery(target: call.request.target)
    // Read before the page: a tag older than its page costs a needless 200, a newer one would hide a change.
    let change = try await store.newestChange()
    let tag = EntityTag(store: store.name, change: change, scope: call.owner.name)
    // Before the page is read, for which there is no need otherwise.
    if let value = call.fields.ifMatch, !tag.isNamed(in: value) { throw Problem.preconditionFailed }
    if isKnown(tag, call.fields.ifNoneMatch) { return .notModified(tag) }
    var query = JobQuery(
      kind: call.kind.name, owner: call.owner, statuses: page.statuses, ids: page.ids, after: page.after,
      ascending: page.isAscending, limit: 0)
    var writer = JSONWriter(capacity: 32 + min(page.limit, Self.jobsAtOnce) * 96)
    writer.raw("{")
    writer.string(call.kind.path)
    writer.raw(":[")
    let isFollowed = try await write(page.limit, of: &query, to: &writer)
    writer.raw("]")
    var next: String?
    if isFollowed, let last = query.after {
      let address = "/\(call.kind.path)?" + page.next(after: last)
      writer.raw(#","next":"#)
      writer.string(address)
      next = address
    }
    writer.raw("}")
    var response = Response.changing(writer.bytes, tag)
    if let next { response.headerFields.append(HTTPField(name: .link, value: "<\(next)>; rel=\"next\"")) }
    return response
  }

  /// Jobs are read so many at a time.
  private static let jobsAtOnce = 50
  /// A page that has grown to so many bytes is at its end, whatever its limit.
  private static let mostBytes = 8 << 20

  /// Writes up to `limit` jobs behind `query.after`, which becomes the last one's id. Returns whether there are more.
  private func write(_ limit: Int, of query: inout JobQuery, to writer: inout JSONWriter) async throws -> Bool {
    var left = limit
    while left > 0 {
      query.limit = min(left, Self.jobsAtOnce)
      query.inputBytes = Self.mostBytes - writer.bytes.count
      guard query.inputBytes > 0 else { break }
      let jobs = try await store.list(query)
      for job in jobs {
        if left < limit { writer.raw(",") }
        writer.representation(of: job)
        query.after = job.id
        left -= 1
      }
      let isCut = jobs.reduce(0) { $0 + $1.input.count } >= query.inputBytes
      if jobs.count < query.limit, !isCut { return false }
    }
    // No input is read for a job that isn't shown.
    (query.limit, query.inputBytes, query.withInput) = (1, .max, false)
    return try await !store.list(query).isEmpty
  }
}
