import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON

extension API {
  /// `GET /reports`: one page, and the address of the next where there is one. A HEAD reads the page too, for its length
  /// and that address: 24 ms of CPU for the longest page there is. Nothing of it waits for the client.
  func list(_ call: Call) async throws -> Response {
    let query = QueryItems(target: call.request.target)
    if query.items.contains(where: { $0.name == "q" }) { return try await search(call, SearchQuery(query)) }
    let page = try PageQuery(query)
    // Read before the page: a tag older than its page costs a needless 200, a newer one would hide a change.
    let tag = try await tagOfLists(call)
    if isKnown(tag, call.fields.ifNoneMatch) { return .notModified(tag) }
    var wanted = JobQuery(
      kind: call.kind.name, owner: call.owner, statuses: page.statuses, ids: page.ids, after: page.after,
      ascending: page.isAscending, limit: 0)
    var writer = JSONWriter(capacity: 32 + min(page.limit, Self.jobsAtOnce) * 96)
    writer.raw("{")
    writer.string(call.kind.path)
    writer.raw(":[")
    let isFollowed = try await write(page.limit, of: &wanted, to: &writer)
    let next = isFollowed ? wanted.after.map { page.next(after: $0) } : nil
    return finish(writer, next: next, tag, call)
  }

  /// Of any page of a kind's jobs. Throws where it is none that a client wants; before the page is read, for which there is no
  /// need then.
  func tagOfLists(_ call: Call) async throws -> EntityTag {
    let change = try await store.newestChange()
    let tag = EntityTag(store: store.name, change: change, scope: call.owner.name)
    if let value = call.fields.ifMatch, !tag.isNamed(in: value) { throw Problem.preconditionFailed }
    return tag
  }

  /// A page whose items are written: with the address of the next, of which `next` is the query.
  func finish(_ page: consuming JSONWriter, next: String?, _ tag: EntityTag, _ call: Call) -> Response {
    var writer = page
    writer.raw("]")
    let address = next.map { "\(self.address(of: call.kind))?" + $0 }
    if let address {
      writer.raw(#","next":"#)
      writer.string(address)
    }
    writer.raw("}")
    var response = Response.changing(writer.bytes, tag)
    if let address { response.headerFields.append(HTTPField(name: .link, value: "<\(address)>; rel=\"next\"")) }
    return response
  }

  /// Jobs are read so many at a time.
  private static let jobsAtOnce = 50
  /// A page that has grown to so many bytes is at its end, whatever its limit.
  static let mostBytes = 8 << 20

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
